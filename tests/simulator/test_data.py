"""Names, and data that go in and come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

from tests.simulator.helpers import configured, make
from tests.simulator.models import TwoInputs as Model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nengo_explorer.simulator import Simulator


@pytest.fixture
def model() -> Model:
    return Model()


@pytest.fixture
def sim(model: Model) -> Iterator[Simulator]:
    with make(model.net) as simulator:
        yield simulator


# ---- names and data --------------------------------------------------------------------------


def test_names_are_cleaned_labels() -> None:
    net = configured()
    with net:
        node = nengo.Node([0], label="a b:c<x>é")
        again = nengo.Node([0], label="A_b_cx")
        unnamed = nengo.Node([0])
        inner = nengo.Node(size_in=1)
        probe = nengo.Probe(node)
    with make(net) as sim:
        assert [sim.get_name(obj) for obj in (node, unnamed, probe)] == ["a_b_cx", "node", "probe"]
        assert sim.get_name(again).lower() == "a_b_cx_1"
        for stranger in (inner, nengo.Node([0], add_to_container=False), "node"):
            with pytest.raises(ValidationError, match="neither"):
                sim.get_name(stranger)


def test_labels_that_look_alike_still_have_names_of_their_own() -> None:
    net = configured()
    with net:
        nodes = [nengo.Node([0], label=label) for label in ("a", "a", "a_1", "n_steps")]
        probe = nengo.Probe(nodes[0], label="a")
    with make(net) as sim:
        names = [sim.get_name(obj) for obj in (*nodes, probe)]
        assert len({name.lower() for name in names}) == 5
        outputs = sim.predict({nodes[0]: np.ones((1, 2, 1))}, verbose=0)
        np.testing.assert_array_equal(outputs[probe][0], [[1], [1]])


@pytest.mark.parametrize("form", ["object", "name", "list", "array", "tuple"])
def test_data_may_have_several_forms(sim: Simulator, model: Model, form: str) -> None:
    array = np.array([[[7.0], [8.0]]])
    other = np.zeros((1, 2, 2))
    data = {
        "object": {model.first: array},
        "name": {"first_in": array},
        "list": [array, other],
        "tuple": (array, other),
        "array": array,
    }[form]
    sim.run_steps(2, data=data)
    np.testing.assert_array_equal(sim.data[model.counted][:, 0], [7, 8])


BAD_DATA: dict[str, tuple[Callable[[Model], Any], str]] = {
    "unknown name": (lambda _m: {"banana": np.ones((1, 2, 1))}, "'banana'.*'first_in'"),
    "no input": (lambda m: {m.out: np.ones((1, 2, 1))}, "first_in"),
    "a probe": (lambda m: {m.counted: np.ones((1, 2, 1))}, "first_in"),
    "two axes": (lambda m: {m.first: np.ones((2, 1))}, "three axes"),
    "another size": (lambda m: {m.first: np.ones((1, 2, 3))}, "size 1.*3"),
    "another number of steps": (lambda m: {m.first: np.ones((1, 3, 1))}, "3 steps"),
    "too many items": (lambda m: {m.first: np.ones((2, 2, 1))}, "2"),
    "items that disagree": (
        lambda m: {m.first: np.ones((1, 2, 1)), m.second: np.ones((3, 2, 2))},
        "items.*1.*3",
    ),
    "text": (lambda m: {m.first: np.full((1, 2, 1), "x")}, "real numbers"),
    "complex numbers": (lambda m: {m.first: np.full((1, 2, 1), 1j)}, "real numbers"),
    "too many arrays": (lambda _m: [np.ones((1, 2, 1))] * 3, "3"),
}


@pytest.mark.parametrize("name", BAD_DATA)
def test_bad_data_are_refused_and_nothing_is_run(sim: Simulator, model: Model, name: str) -> None:
    make_data, message = BAD_DATA[name]
    with pytest.raises(ValidationError, match=message):
        sim.run_steps(2, data=make_data(model))
    assert (sim.n_steps, len(sim.data[model.counted])) == (0, 0)


def test_predict_needs_data_or_a_number_of_steps(sim: Simulator, model: Model) -> None:
    with pytest.raises(ValidationError, match="n_steps"):
        sim.predict(verbose=0)
    with pytest.raises(ValidationError, match="agree"):
        sim.predict({model.first: np.ones((1, 2, 1))}, n_steps=3, verbose=0)


def test_predict_takes_any_number_of_items_and_steps_in_turn(sim: Simulator, model: Model) -> None:
    for items, n_steps in ((1, 2), (5, 3), (2, 4), (5, 3)):
        outputs = sim.predict({model.first: np.ones((items, n_steps, 1))}, verbose=0)
        assert outputs[model.counted].shape == (items, n_steps, 1)


def test_predict_on_batch_takes_exactly_one_minibatch(model: Model) -> None:
    with make(model.net, minibatch_size=2) as sim:
        data = np.ones((2, 3, 1))
        assert sim.predict_on_batch({model.first: data})[model.counted].shape == (2, 3, 1)
        with pytest.raises(ValidationError, match="exactly 2"):
            sim.predict_on_batch({model.first: np.ones((4, 3, 1))})


def test_recorded_data_cannot_be_written_to(sim: Simulator, model: Model) -> None:
    sim.run_steps(2)
    with pytest.raises(ValueError, match="read-only"):
        sim.data[model.counted][0] = 5


def test_data_of_objects_have_the_fields_of_nengo(sim: Simulator, model: Model) -> None:
    with nengo.Simulator(model.net, progress_bar=False) as reference:
        for obj in (model.ensemble, model.connection):
            ours, theirs = sim.data[obj], reference.data[obj]
            assert ours._fields == theirs._fields
        for field in ("eval_points", "encoders", "scaled_encoders", "gain", "bias"):
            np.testing.assert_allclose(
                getattr(sim.data[model.ensemble], field),
                getattr(reference.data[model.ensemble], field),
            )
        np.testing.assert_allclose(
            sim.data[model.connection].weights, reference.data[model.connection].weights
        )


def test_data_of_a_stranger_are_refused(sim: Simulator) -> None:
    stranger = nengo.Ensemble(3, 1, add_to_container=False)
    assert stranger not in sim.data
    with pytest.raises(ValidationError, match="not part of the simulated network"):
        sim.data[stranger]
