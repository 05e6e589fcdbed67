"""A session proves what settings claim, and nothing of the live simulator changes by that."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer import configure_settings
from nengo_explorer.explorer import Session
from nengo_explorer.explorer.actions.proof import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.tf

X = np.linspace(-1, 1, 8 * 5).reshape(8, 5, 1)


class Model(NamedTuple):
    net: nengo.Network
    node: nengo.Node
    a: nengo.Ensemble
    out: nengo.Connection
    probe: nengo.Probe


def model() -> Model:
    """Half of the neurons of `a` are below their threshold for all inputs."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.5], label="in")
        a = nengo.Ensemble(20, 1, label="a", gain=np.ones(20), bias=np.repeat([2.0, -5.0], [8, 12]))
        nengo.Connection(node, a, synapse=None)
        end = nengo.Node(size_in=1, label="end")
        # Also neurons that never fire are listened to.
        decoders = nengo.solvers.NoSolver(np.full((20, 1), 1e-3))
        out = nengo.Connection(a, end, synapse=None, label="out", solver=decoders)
        probe = nengo.Probe(end, label="result")
        configure_settings(trainable=None)
    net.config[a].trainable = False
    net.config[a.neurons].trainable = True
    return Model(net, node, a, out, probe)


def live_values(session: Session) -> dict[Any, Any]:
    return session.sim.parameter_values()


@pytest.fixture
def explored() -> Iterator[tuple[Model, Session]]:
    m = model()
    with Session(m.net, seed=1) as session:
        session.set_training({m.node: X}, {m.probe: X**2}, optimizer="adam", epochs=2)
        yield m, session


def rows_by_name(table: Any) -> dict[str, Any]:
    return {row["name"]: row for row in table["rows"]}


def test_gradients_are_checked_beside_the_settings(explored: tuple[Model, Session]) -> None:
    m, session = explored
    before = live_values(session)
    rows = {(row.obj, row.parameter): row for row in session.check_gradients()}
    after = live_values(session)
    assert all(np.array_equal(before[key], after[key]) for key in before)
    assert rows[m.a, "encoders"].claim == "Off"
    assert rows[m.a, "encoders"].change_norm == 0
    assert rows[m.out, "weights"].change_norm > 0
    assert rows[m.a, "bias"].zero_share == pytest.approx(0.6)

    session.predict(m.a)
    withheld = session.proof["gradients"]
    assert withheld is None  # it would give the answer away
    session.reveal()
    table = session.proof["gradients"]
    assert table is not None
    line = rows_by_name(table)["a bias"]
    assert line["row"] == session.row_of(m.a, "bias")
    assert "60% of the neurons" in line["verdict"]
    assert not line["flagged"]

    # The linter knows of it then, and its fix helps.
    (finding,) = session.findings
    assert (finding.check, finding.obj) == ("zero_gradient", m.a)
    session.apply_fix(finding)
    assert session.findings == ()
    again = {(row.obj, row.parameter): row for row in session.check_gradients()}
    assert again[m.a, "bias"].zero_share == 0
    assert session.findings == ()


def test_movement_after_a_training_by_whomever(explored: tuple[Model, Session]) -> None:
    m, session = explored
    assert session.proof["movement"] is None
    session.train()
    rows = {(row.obj, row.parameter): row for row in session.movement}
    assert rows[m.out, "weights"].distance > 0
    assert rows[m.a, "encoders"].distance == 0
    assert all(not row.verdict for row in rows.values())
    first = rows[m.out, "weights"].distance
    session.sim.fit({m.node: X}, {m.probe: X**2}, verbose=0)
    second = {(row.obj, row.parameter): row for row in session.movement}
    assert 0 < second[m.out, "weights"].distance != first


def test_a_setting_that_changes_during_training_does_not_change_the_claim() -> None:
    m = model()
    with Session(m.net, seed=1) as session:
        session.set_training({m.node: X}, {m.probe: X**2}, optimizer="adam")
        session.check_gradients()
        session.train()
        m.net.config[m.out].trainable = False
        claims = {(row.obj, row.parameter): row.claim for row in session.movement}
        assert claims[m.out, "weights"] == "On"


def test_rates_and_spikes_are_drawn_over_each_other(explored: tuple[Model, Session]) -> None:
    m, session = explored
    before = session.sim.n_steps
    (overlay,) = session.compare_phases(0.05)
    rates, spikes = overlay.traces
    assert rates.values.shape == spikes.values.shape == (50, 1)
    assert not np.array_equal(rates.values, spikes.values)
    assert "training data" in overlay.note
    assert session.sim.n_steps == before
    (figure,) = session.proof["phases"]
    assert figure["png"].startswith(b"\x89PNG")
    assert figure["row"] == session.row_of(m.probe)


def test_the_same_seed_gives_the_same_curve(explored: tuple[Model, Session]) -> None:
    _, session = explored
    session.run(0.03)
    session.pin()
    session.reset()
    session.run(0.03)
    (pin,) = session.pins
    assert pin["differences"] == []
    session.draw_wanted()
    (figure,) = session.proof["pinned"]
    assert "identical" in figure["note"]


def test_the_legend_says_which_settings_differ(explored: tuple[Model, Session]) -> None:
    m, session = explored
    session.run(0.03)
    session.pin()
    session.set_global("learning_phase", "on")
    session.set_rule(session.row_of(m.out), "trainable", "off")
    session.reset()
    session.run(0.03)
    (pin,) = session.pins
    arrow = "\N{RIGHTWARDS ARROW}"
    assert f"Learning phase: Automatic {arrow} Training (rates)" in pin["differences"]
    assert f"Trainable of out: inherit {arrow} off" in pin["differences"]
    session.draw_wanted()
    (figure,) = session.proof["pinned"]
    assert "differs by" in figure["note"]
    session.unpin(pin["number"])
    session.draw_wanted()
    assert session.proof["pinned"] == []
    with pytest.raises(ValidationError, match="no pinned run"):
        session.unpin(pin["number"])


def test_training_in_between_is_said(explored: tuple[Model, Session]) -> None:
    _, session = explored
    session.run(0.01)
    session.pin()
    session.train()
    session.reset()
    session.run(0.01)
    assert session.pins[0]["differences"] == ["other values of parameters"]


def test_neurons_of_an_ensemble(explored: tuple[Model, Session]) -> None:
    m, session = explored
    response = session.look_at_neurons(m.a)
    assert response.dead_now == pytest.approx(0.6)
    (figure,) = session.proof["neurons"]
    assert "60 % of its 20 neurons" in figure["note"]
    session.set_global("lif_smoothing", 0.1)
    assert session.look_at_neurons(session.row_of(m.a, "bias")).dead_now == 0


def test_what_is_not_possible_is_refused() -> None:
    m = model()
    with Session(m.net) as session:
        with pytest.raises(ValidationError, match="train on"):
            session.check_gradients()
        with pytest.raises(ValidationError, match="no run to pin"):
            session.pin()
        with pytest.raises(ValidationError, match="above 0"):
            session.compare_phases(0)
        with pytest.raises(ValidationError, match="no ensemble"):
            session.look_at_neurons(session.row_of(m.probe))
        session.set_training(iter([]), None)
        with pytest.raises(ValidationError, match="generator"):
            session.check_gradients()
        assert not session.is_built


def test_actions_answer_with_what_can_travel(explored: tuple[Model, Session]) -> None:
    m, session = explored
    session.run(0.01)
    arguments: dict[str, dict[str, Any]] = {
        "pin": {},
        "unpin": {"number": 1},
        "check_gradients": {},
        "compare_phases": {"seconds": 0.01},
        "look_at_neurons": {"row": session.row_of(m.a)},
    }
    assert set(arguments) == set(ACTIONS)
    for name, given in arguments.items():
        answer = ACTIONS[name].carry_out(session, **given)
        assert session.wait(60)
        assert json.dumps(answer) == "null"
    assert session.status["error"] is None
    assert session.proof["gradients"] is not None
    assert session.proof["phases"]
    assert session.proof["neurons"]


def test_an_error_is_shown_and_raised(explored: tuple[Model, Session]) -> None:
    m, session = explored
    session.set_training({m.node: X}, {m.probe: X[:, :, [0, 0]]})
    with pytest.raises(ValidationError, match="shape"):
        session.check_gradients()
    assert session.status["phase"] == "error"


def test_a_prediction_withholds_what_would_answer_it(explored: tuple[Model, Session]) -> None:
    m, session = explored
    session.train()
    session.predict(m.a)
    withheld = session.proof["movement"]
    assert withheld is None
    assert "gradient norms" not in [curve["key"] for curve in session.curves]
    session.reveal()
    assert session.proof["movement"] is not None
    assert "gradient norms" in [curve["key"] for curve in session.curves]
