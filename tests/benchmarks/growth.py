"""How the cost of a network grows with the number of its ensembles.

Run as ``python -m tests.benchmarks.growth FILE.json``. Every size has a process of its own, so that
memory is measured from the start and nothing is compiled already.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import nengo
import numpy as np

#: Number of ensembles, and neurons in each.
SIZES = ((10, 50), (100, 50), (1_000, 50), (10_000, 50), (100, 100), (1_000, 1_000))
STEPS = 100


def network(ensembles: int, neurons: int) -> nengo.Network:
    """Ensembles beside each other, with one input and one output."""
    with nengo.Network(seed=0) as net:
        net.config[nengo.Ensemble].gain = nengo.dists.Choice([1, -1])
        net.config[nengo.Ensemble].bias = nengo.dists.Uniform(-1, 1)
        stimulus, out = nengo.Node([0.5]), nengo.Node(size_in=1)
        solver = nengo.solvers.NoSolver(np.full((neurons, 1), 1e-4))
        for _ in range(ensembles):
            ensemble = nengo.Ensemble(neurons, 1)
            nengo.Connection(stimulus, ensemble)
            nengo.Connection(ensemble, out, solver=solver)
        nengo.Probe(out)
    return net


def measure(ensembles: int, neurons: int) -> dict[str, float]:
    """Seconds and megabytes for one size, in this process."""
    import tensorflow as tf

    from nengo_explorer import Simulator

    tf.constant(0) + 1  # what TensorFlow itself needs to start does not count
    net = network(ensembles, neurons)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = [time.perf_counter()]
    with Simulator(net, progress_bar=False) as sim:
        times.append(time.perf_counter())
        for _ in range(3):
            sim.run_steps(STEPS)
            times.append(time.perf_counter())
    build, first, *steady = np.diff(times)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "ensembles": ensembles,
        "neurons": ensembles * neurons,
        "build": float(build),
        "compile": float(first - min(steady)),
        "step": float(min(steady)) / STEPS,
        "mebibytes": (peak - base) / 1024,
    }


def main() -> None:
    """Measure all sizes, or, as a process of its own, one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", help="where to write the figures")
    parser.add_argument("--one", nargs=2, type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        Path(arguments.file).write_text(json.dumps(measure(*arguments.one)), encoding="utf-8")
        return
    found = []
    for ensembles, neurons in SIZES:
        command = [sys.executable, "-m", "tests.benchmarks.growth", arguments.file]
        environment = {**os.environ, "NENGO_EXPLORER_PROGRAM_CACHE": "off"}
        size = [str(ensembles), str(neurons)]
        subprocess.run([*command, "--one", *size], check=True, env=environment)
        found.append(json.loads(Path(arguments.file).read_text(encoding="utf-8")))
        sys.stdout.write(f"{found[-1]}\n")
        sys.stdout.flush()
    Path(arguments.file).write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
