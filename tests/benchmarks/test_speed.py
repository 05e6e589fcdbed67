"""Speed of simulating and training, with pytest-benchmark.

Run as ``pytest -m slow tests/benchmarks/test_speed.py``; two runs are compared by
``pytest-benchmark compare``. Each line tells how many times its limit it takes (see ``limits.py``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer import Simulator
from tests.benchmarks.limits import measure_machine, work_of
from tests.benchmarks.networks import BENCHMARKS, digits, images, oscillators

if TYPE_CHECKING:
    from tests.benchmarks.limits import Machine

pytest.importorskip("pytest_benchmark", reason="the dependency group benchmark is not installed")
pytestmark = pytest.mark.slow

ROUNDS = 15


@pytest.fixture(scope="module")
def machine() -> Machine:
    return measure_machine()


@pytest.mark.parametrize("name", BENCHMARKS)
@pytest.mark.parametrize("items", [None, 32], ids=["one item", "32 items"])
@pytest.mark.benchmark(group="simulate")
def test_simulate(benchmark: Any, machine: Machine, name: str, items: int | None) -> None:
    network, steps = BENCHMARKS[name].make(), BENCHMARKS[name].steps // (1 if items is None else 10)
    with Simulator(network, minibatch_size=items, progress_bar=False) as sim:

        def run() -> None:
            sim.run_steps(steps)
            sim.data[network.all_probes[0]]

        benchmark.pedantic(run, rounds=ROUNDS, warmup_rounds=2)
        step = benchmark.stats.stats.median / steps
        work = work_of(sim)
    benchmark.extra_info.update(
        microseconds_per_step=step * 1e6,
        nanoseconds_per_neuron=step * 1e9 / (work.neurons * (items or 1)),
        times_the_limit=step / work.seconds(machine, items or 1),
    )


@pytest.mark.parametrize("name", BENCHMARKS)
@pytest.mark.benchmark(group="simulate with Nengo core")
def test_simulate_with_nengo_core(benchmark: Any, name: str) -> None:
    with nengo.Simulator(BENCHMARKS[name].make(), progress_bar=False) as sim:
        benchmark.pedantic(sim.run_steps, args=(BENCHMARKS[name].steps,), rounds=3)


@pytest.mark.parametrize(
    ("make", "steps", "items"),
    [(digits, 1, 500), (digits, 30, 50), (images, 1, 100), (oscillators, 30, 50)],
    ids=["digits, 1 step", "digits, 30 steps", "images, 1 step", "oscillators, 30 steps"],
)
@pytest.mark.benchmark(group="train")
def test_train(benchmark: Any, make: Any, steps: int, items: int) -> None:
    network = make()
    probe = network.all_probes[0]
    with Simulator(network, minibatch_size=items, progress_bar=False) as sim:
        sim.compile(optimizer="sgd", loss="mse")
        target = np.zeros((4 * items, steps, probe.size_in), dtype=np.float32)
        benchmark.pedantic(
            sim.fit,
            kwargs={"n_steps": steps, "y": {probe: target}, "verbose": 0},
            rounds=5,
            warmup_rounds=1,
        )


@pytest.mark.benchmark(group="one step at a time")
@pytest.mark.parametrize("asks", [False, True], ids=["no Python", "a Node calls Python"])
def test_loop_over_single_steps(benchmark: Any, asks: bool) -> None:
    with nengo.Network(seed=0) as network:
        stimulus = nengo.Node(np.sin if asks else [0.5])
        ensemble = nengo.Ensemble(100, 1)
        nengo.Connection(stimulus, ensemble)
        nengo.Probe(ensemble.neurons)
    with Simulator(network, progress_bar=False) as sim:

        def loop() -> None:
            for _ in range(200):
                sim.step()

        benchmark.pedantic(loop, rounds=ROUNDS, warmup_rounds=2)
