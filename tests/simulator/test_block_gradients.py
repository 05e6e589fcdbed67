"""Taking gradients apart outside of what XLA compiles trains as compiling everything does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras  # noqa: TID253 - what is tested is made of it
import nengo
import numpy as np
import pytest
from nengo.networks import EnsembleArray

from nengo_explorer import Layer
from nengo_explorer.simulator import block_gradients, keras_model
from tests.simulator.helpers import make
from tests.simulator.test_fit_models import TASKS, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    Array = npt.NDArray[Any]

APART, WHOLE = 1, 10**9


def penalised_layers() -> Task:
    """Keras layers whose penalties are a part of the loss, one of them in a loop."""
    task = Task(4)
    with task.net:
        first = Layer(
            keras.layers.Dense(3, kernel_regularizer=keras.regularizers.L2(0.5), use_bias=False)
        )(task.hidden)
        out = nengo.Node(size_in=2)
        nengo.Connection(first, out, transform=0.1 * np.ones((2, 3)), synapse=0.01)
        second = Layer(keras.layers.Dense(2, bias_constraint="non_neg"))(out)
        nengo.Connection(second, out, synapse=0.01)
    task.watch(out, task.values)
    task.freeze(task.hidden)
    return task


def trained(
    make_task: Callable[[], Task],
    optimizer: Callable[[], keras.optimizers.Optimizer],
    many: int,
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[dict[str, Array], dict[str, list[float]], Array]:
    """Parameters, losses by epoch, and what the last step of a training has noted."""
    monkeypatch.setattr(keras_model, "MANY", many)
    task = make_task()
    with make(task.net) as sim:
        sim.compile(optimizer(), loss=task.loss, metrics=dict.fromkeys(task.loss, "mae"))
        losses = task.fit(sim, epochs=3)
        assert sim.keras_model.takes_gradients_apart == (many == APART)
        assert sim.keras_model.jit_compile
        return task.read(sim), losses, sim.keras_model.step_notes.read()[1]


OPTIMIZERS = {
    "Adam": lambda: keras.optimizers.Adam(1e-5),
    "clipped": lambda: keras.optimizers.SGD(1e-6, momentum=0.9, global_clipnorm=0.1),
    "scaled": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.RMSprop(1e-5)),
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("make_task", [*TASKS, penalised_layers])
def test_training_is_the_same(
    make_task: Callable[[], Task], optimizer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = trained(make_task, OPTIMIZERS[optimizer], APART, monkeypatch)
    other = trained(make_task, OPTIMIZERS[optimizer], WHOLE, monkeypatch)
    assert one[0].keys() == other[0].keys()
    for path, value in other[0].items():
        np.testing.assert_allclose(one[0][path], value, rtol=1e-9, atol=1e-12, err_msg=path)
    assert one[1].keys() == other[1].keys()
    for name, losses in other[1].items():
        np.testing.assert_allclose(one[1][name], losses, rtol=1e-9, err_msg=name)
    np.testing.assert_allclose(one[2], other[2], rtol=1e-9)
    assert np.any(other[2] > 0)


def test_many_parameters_are_taken_apart_and_few_are_not() -> None:
    for n_ensembles, apart in ((2, False), (block_gradients.MANY, True)):
        net = nengo.Network(seed=0)
        with net:
            node = nengo.Node(np.zeros(n_ensembles))
            array = EnsembleArray(5, n_ensembles)
            nengo.Connection(node, array.input)
            probe = nengo.Probe(array.output)
        data = {node: np.zeros((2, 3, n_ensembles))}, {probe: np.zeros((2, 3, n_ensembles))}
        with make(net, minibatch_size=2) as sim:
            sim.compile(keras.optimizers.SGD(0.0), loss="mse")
            sim.fit(*data, verbose=0)
            assert sim.keras_model.takes_gradients_apart == apart
