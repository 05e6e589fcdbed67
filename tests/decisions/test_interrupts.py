"""Ctrl-C leaves a usable simulator, with everything that was trained and recorded."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.tf

#: Each call is interrupted by a real signal once it has got somewhere.
PROGRAM = """
import os, signal, threading, time
import keras, nengo, numpy as np
import nengo_explorer

# Where tests run in the background, shells let programs ignore the signal.
signal.signal(signal.SIGINT, signal.default_int_handler)

with nengo.Network(seed=0) as net:
    nengo_explorer.configure_settings(trainable=None, lif_smoothing=0.1)
    node = nengo.Node([0.5])
    ensemble = nengo.Ensemble(20, 1)
    out = nengo.Node({output}size_in=1, size_out=1)
    nengo.Connection(node, ensemble, synapse=None)
    nengo.Connection(ensemble, out, synapse=0.01)
    probe = nengo.Probe(out)

def interrupted(call, started):
    ended = threading.Event()
    def press():
        while not started() and not ended.is_set():
            time.sleep(0.01)
        time.sleep(0.1)
        # Once in some hundred times Keras swallows it, where it makes numbers for callbacks.
        while not ended.is_set():
            os.kill(os.getpid(), signal.SIGINT)
            ended.wait(5)
    presser = threading.Thread(target=press)
    presser.start()
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        ended.set()
        presser.join()
    return False

batches = []
watch = keras.callbacks.LambdaCallback(
    on_predict_batch_end=lambda batch, logs: batches.append(batch),
    on_train_batch_end=lambda batch, logs: batches.append(batch),
)
items = 100_000
x = {{node: np.full((items, 2, 1), 0.5)}}
y = {{probe: np.ones((items, 2, 1))}}
floatx = keras.config.floatx()

with nengo_explorer.Simulator(net, progress_bar=False) as sim:
    assert interrupted(lambda: sim.run_steps(10**9), lambda: len(sim._recorded_steps) > 0)
    done = sim.n_steps
    assert len(sim.data[probe]) == len(sim.trange()) == done > 0, done
    sim.run_steps(2)
    assert len(sim.data[probe]) == sim.n_steps == done + 2
    how = dict(batch_size=2, verbose=0, callbacks=[watch])
    assert interrupted(lambda: sim.predict(x, **how), lambda: len(batches) > 3)
    assert sim.n_steps == done + 2
    assert sim.predict(n_steps=2, verbose=0)[probe].shape == (1, 2, 1)
    sim.compile(optimizer=keras.optimizers.SGD(0.1), loss={{probe: "mse"}})
    built = np.array(sim.data[ensemble].bias)
    batches.clear()
    assert interrupted(lambda: sim.fit(x, y, **how), lambda: len(batches) > 3)
    trained = np.array(sim.data[ensemble].bias)
    assert {python} or not np.array_equal(trained, built)
    assert sim.n_steps == done + 2
    sim.run_steps(1)
    np.testing.assert_array_equal(sim.data[ensemble].bias, trained)
    few = dict(verbose=0)
    sim.fit({{node: x[node][:4]}}, {{probe: y[probe][:4]}}, **few)
    assert keras.config.floatx() == floatx
assert len(sim.data[probe]) == done + 3
print("usable")
"""


@pytest.mark.parametrize("python", [False, True], ids=["compiled", "calls Python"])
def test_ctrl_c_leaves_a_usable_simulator(python: bool) -> None:
    output = "lambda t, x: x, " if python else ""
    program = PROGRAM.format(output=output, python=python)
    command = [sys.executable, "-W", "ignore", "-c", program]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.strip() == "usable"
