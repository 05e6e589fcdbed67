"""fit on different kinds of networks, with every optimizer that Keras has."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer import configure_settings
from nengo_explorer.settings import DiscardedSettingsWarning
from tests.simulator.helpers import configured, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy.typing as npt

    from nengo_explorer.simulator import Simulator

    Array = npt.NDArray[Any]

ITEMS = 8


class Task:
    """A network, data, targets, and which of its objects are not to be trained."""

    def __init__(self, n_steps: int) -> None:
        self.net = configured(trainable=None)
        self.n_steps = n_steps
        self.rate = 2e-5  # decoders are a few thousandths
        self.loss: dict[nengo.Probe, Any] = {}
        self.y: dict[nengo.Probe, Array] = {}
        self.frozen: list[Any] = []
        rng = np.random.RandomState(0)
        self.values = np.repeat(rng.uniform(-1, 1, (ITEMS, 1, 2)), n_steps, axis=1)
        with self.net:
            self.node = nengo.Node(np.zeros(2))
            self.hidden = nengo.Ensemble(12, 2, label="hidden")
            nengo.Connection(self.node, self.hidden, transform=np.eye(2), synapse=None)

    def watch(self, obj: Any, target: Array, loss: Any = "mse") -> None:
        """Probe an object, and give it a target."""
        with self.net:
            probe = nengo.Probe(obj)
        self.loss[probe] = loss
        self.y[probe] = target

    def freeze(self, *objects: Any) -> None:
        """Leave objects untrained."""
        for obj in objects:
            self.net.config[obj].trainable = False
        self.frozen += objects

    def read(self, sim: Simulator) -> dict[str, Array]:
        """Copies of all parameters by path."""
        sim._pull()
        return {path: np.array(v) for path, v in sim._engine.all_parameters().items()}

    def fit(self, sim: Simulator, epochs: int = 1) -> dict[str, list[float]]:
        """Losses by epoch: their sum, and that of each probe where there are several."""
        arguments: dict[str, Any] = {"batch_size": ITEMS, "shuffle": False, "verbose": 0}
        data = ({self.node: self.values}, self.y)
        history: dict[str, list[float]] = sim.fit(*data, epochs=epochs, **arguments).history
        return history


def feed_forward() -> Task:
    """One step through spiking neurons, as a classifier is trained."""
    task = Task(1)
    with task.net:
        out = nengo.Node(size_in=1)
        nengo.Connection(task.hidden, out, function=lambda x: x[0], synapse=None)
    task.watch(out, np.prod(task.values, axis=2, keepdims=True))
    task.freeze(task.hidden.neurons)
    return task


def recurrent() -> Task:
    """Thirty steps of a memory with synapses."""
    task = Task(30)
    with task.net:
        memory = nengo.Ensemble(12, 2, label="memory")
        nengo.Connection(task.hidden, memory, transform=0.1, synapse=0.005)
        nengo.Connection(memory, memory, synapse=0.02)
        out = nengo.Node(size_in=2)
        nengo.Connection(memory, out, synapse=0.005)
    task.watch(out, np.cumsum(task.values, axis=1) / task.n_steps)
    task.freeze(memory, task.net.connections[0])
    return task


def with_learning_rule() -> Task:
    """Weights that PES changes during the run, behind an ensemble that is trained."""
    task = Task(10)
    with task.net:
        out, error = nengo.Node(size_in=1), nengo.Node(size_in=1)
        learned = nengo.Connection(
            task.hidden,
            out,
            function=lambda x: x[:1],
            synapse=None,
            learning_rule_type=nengo.PES(1e-4),
        )
        nengo.Connection(out, error, transform=1, synapse=0.005)
        nengo.Connection(task.node[0], error, transform=-1)
        nengo.Connection(error, learned.learning_rule)
    task.watch(out, np.prod(task.values, axis=2, keepdims=True))
    task.freeze(task.net.connections[0])
    task.frozen.append(learned)  # the rule's, not the optimizer's, by default
    return task


def two_losses() -> Task:
    """Two probes, each with a loss of its own."""
    task = Task(5)
    with task.net:
        out, more = nengo.Node(size_in=1), nengo.Node(size_in=2)
        nengo.Connection(task.hidden, out, function=lambda x: x[0], synapse=None)
        nengo.Connection(task.hidden, more, synapse=0.002)
    task.watch(out, np.prod(task.values, axis=2, keepdims=True))
    task.watch(more, task.values[..., ::-1], "mae")
    task.freeze(task.hidden)
    return task


TASKS: list[Callable[[], Task]] = [feed_forward, recurrent, with_learning_rule, two_losses]


def paths_of(sim: Simulator, objects: list[Any]) -> set[str]:
    """Paths of the parameters that belong to objects; of an ensemble, also its bias."""
    found = set()
    for parameter in sim._engine.built.parameters:
        neurons = getattr(parameter.owner, "neurons", None)
        of_bias = parameter.kind == "bias" and neurons in objects  # made anew at each access
        if of_bias or any(obj is parameter.owner for obj in objects):
            found.add(parameter.path)
    return found


@pytest.mark.parametrize("make_task", TASKS)
def test_losses_fall_and_what_is_off_stays_bit_identical(make_task: Callable[[], Task]) -> None:
    import keras

    task = make_task()
    with make(task.net) as sim:
        before = task.read(sim)
        sim.compile(optimizer=keras.optimizers.Adam(task.rate), loss=task.loss)
        losses = task.fit(sim, epochs=8)
        after = task.read(sim)
        assert len(losses) == (1 if len(task.loss) == 1 else 1 + len(task.loss))
        assert all(np.all(np.diff(each) < 0) for each in losses.values()), losses
        same = {path for path in before if np.array_equal(before[path], after[path])}
        assert same == paths_of(sim, task.frozen)
        assert same


# ---- optimizers --------------------------------------------------------------------------------

#: Wrappers and parts: no optimizers that stand alone, or made from a name.
NOT_BY_NAME = {"Optimizer", "OptimizerMap", "LossScaleOptimizer", "MultiOptimizer"}

#: Keras itself does not know this one by its name (3.15).
UNKNOWN_TO_KERAS = {"Lamb"}


def optimizer_names() -> list[str]:
    """All optimizers of this version of Keras."""
    import keras

    return sorted(
        name
        for name, kind in vars(keras.optimizers).items()
        if isinstance(kind, type) and issubclass(kind, keras.optimizers.Optimizer)
    )


def instance(name: str) -> Any:
    """An optimizer that makes visible steps; wrappers with one inside."""
    import keras

    optimizers = keras.optimizers
    if name == "LossScaleOptimizer":
        return optimizers.LossScaleOptimizer(optimizers.SGD(1e-3))
    if name == "MultiOptimizer":
        rest = optimizers.OptimizerMap(optimizers.SGD(1e-3), {"hidden/.*": optimizers.Adam()})
        return optimizers.MultiOptimizer(rest)
    return getattr(optimizers, name)(learning_rate=1e-3)


class Trainer:
    """One simulator for all optimizers, so that there is one build."""

    def __init__(self) -> None:
        self.task = feed_forward()
        self.task.net.config[self.task.hidden.neurons].trainable = True
        self.sim = make(self.task.net)

    def moves(self, optimizer: Any, *, eagerly: bool) -> set[str]:
        """Paths of the parameters that one minibatch of training changes."""
        self.sim.reset()
        before = self.task.read(self.sim)
        self.sim.compile(optimizer=optimizer, loss=self.task.loss, run_eagerly=eagerly)
        losses = self.task.fit(self.sim)["loss"]
        assert np.isfinite(losses).all()
        after = self.task.read(self.sim)
        assert all(np.isfinite(value).all() for value in after.values())
        return {path for path in before if not np.array_equal(before[path], after[path])}


@pytest.fixture(scope="module")
def trainer() -> Iterator[Trainer]:
    made = Trainer()
    yield made
    made.sim.close()


@pytest.mark.parametrize(
    "eagerly",
    # To compile a training step for each takes a minute, and changes nothing for an optimizer.
    [True, pytest.param(False, marks=pytest.mark.slow)],
    ids=["eagerly", "compiled"],
)
def test_every_optimizer_of_keras_moves_every_parameter(trainer: Trainer, eagerly: bool) -> None:
    names = [name for name in optimizer_names() if name != "Optimizer"]
    assert {"SGD", "Adam", "LossScaleOptimizer", "Muon", "Lamb", "Ftrl", "Lion"} <= set(names)
    everything = set(trainer.sim._engine.all_parameters())
    moved = {name: trainer.moves(instance(name), eagerly=eagerly) for name in names}
    assert moved == dict.fromkeys(names, everything)


def test_every_optimizer_that_keras_knows_by_name_is_taken_by_name(trainer: Trainer) -> None:
    import keras

    names = [n for n in optimizer_names() if n not in NOT_BY_NAME | UNKNOWN_TO_KERAS]
    assert len(names) >= 10
    everything = set(trainer.sim._engine.all_parameters())
    for name in names:
        assert trainer.moves(name.lower(), eagerly=True) <= everything
        assert type(trainer.sim.keras_model.optimizer) is getattr(keras.optimizers, name)
    assert trainer.moves("sgd", eagerly=True) == everything


@pytest.mark.parametrize(
    "name",
    ["MultiOptimizer", pytest.param("Muon", marks=pytest.mark.slow)],
)
def test_parameters_can_be_switched_under_any_optimizer(trainer: Trainer, name: str) -> None:
    task, sim = trainer.task, trainer.sim
    assert trainer.moves(instance(name), eagerly=False)
    before = task.read(sim)
    for trainable in (False, None):
        with task.net, warnings.catch_warnings():
            warnings.simplefilter("ignore", DiscardedSettingsWarning)
            configure_settings(trainable=trainable)
        task.fit(sim)
        after = task.read(sim)
        same = {path for path in before if np.array_equal(after[path], before[path])}
        assert same == (set(before) if trainable is False else set())
