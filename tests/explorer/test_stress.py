"""200 random toggles, runs, undos and edits from three threads: the same as one after another."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest

from nengo_explorer.explorer.jobs import BusyError
from nengo_explorer.explorer.session import Session
from nengo_explorer.settings import INHERIT, set_rule, take_snapshot
from tests.explorer.replay import Recorder, replay
from tests.explorer.test_lesson import in_browser
from tests.explorer.test_threads import assert_shown_is_so, at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

N_ENSEMBLES = 8
ACTIONS_EACH = 70
SETTINGS = ("inherit", "on", "off")
VALUES = (INHERIT, True, False, None)
VALUES_OF_OPTIONS = (
    ("dtype", "float64"),
    ("dtype", "float32"),
    ("lif_smoothing", "0.1"),
    ("lif_smoothing", None),
    ("trainable", "off"),
    ("trainable", "auto"),
)
TIMES = (0.0, 0.003, 0.01, 0.02)


def make_net() -> nengo.Network:
    """Rates only: where spikes decide, a rounded number makes a difference that grows."""
    with nengo.Network(label="net", seed=0) as net:
        net.config[nengo.Ensemble].neuron_type = nengo.LIFRate()
        source = nengo.Node(lambda t: np.sin(20 * t))
        for part in range(2):
            with nengo.Network(label=f"part {part}"):
                members = [nengo.Ensemble(5, 1) for _ in range(N_ENSEMBLES // 2)]
                nengo.Connection(members[0], members[1])
            nengo.Connection(source, members[0])
        nengo.Probe(members[1], synapse=0.01)
    return net


class Person:
    """Somebody who does something at random, and again.

    Parameters
    ----------
    session : Session
        Where.
    seed : int
        Decides what is done.
    """

    def __init__(self, session: Session, seed: int) -> None:
        self.session = session
        self.draw = np.random.default_rng(seed)

    def one_of(self, things: Any) -> Any:
        return things[self.draw.integers(len(things))]

    def a_row(self) -> int:
        ensemble = self.one_of(self.session.net.all_ensembles)
        return self.session.row_of(ensemble, self.one_of(("", "bias")))

    def pause(self) -> None:
        """Often nothing, so that two do something at once; at times long enough for a run."""
        time.sleep(self.one_of((0, 0, 0, 0.001, 0.01, 0.1)))

    def do(self, actions: dict[str, int]) -> Callable[[], None]:
        """A job that does things in the browser, which may be refused while something runs."""
        names = [name for name, share in actions.items() for _ in range(share)]

        def job() -> None:
            for _ in range(ACTIONS_EACH):
                action = self.one_of(names)
                try:
                    in_browser(self.session, action, **self.arguments(action))
                except BusyError:
                    assert action in {"run", "reset", "undo", "redo"}
                self.pause()

        return job

    def arguments(self, action: str) -> dict[str, Any]:
        if action == "run":
            return {"seconds": self.one_of(TIMES)}
        if action == "set_global":
            option, value = self.one_of(VALUES_OF_OPTIONS)
            return {"option": option, "value": value}
        rule = {"option": "trainable", "setting": self.one_of(SETTINGS)}
        if action == "set_rule":
            return {"row": self.a_row(), **rule}
        return {"rows": [self.a_row(), self.a_row()], **rule} if action == "set_rules" else {}

    def edit_config(self) -> None:
        """What cells do, of which the session is not told."""
        for _ in range(ACTIONS_EACH):
            network = self.one_of([self.session.net, *self.session.net.networks])
            inside = self.one_of(network.all_ensembles)
            target = self.one_of([inside, inside.neurons, nengo.Ensemble, nengo.Connection])
            set_rule(network, target, "trainable", self.one_of(VALUES))
            # Some of it between two looks, and some of it at once.
            self.pause()


@pytest.fixture(autouse=True)
def _threads_take_turns_often() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_what_is_done_at_once_ends_as_what_is_done_one_by_one(seed: int) -> None:
    with Session(make_net(), seed=0) as session, Session(make_net(), seed=0) as serial:
        # Without a simulator, options would be applied at once.
        assert session.sim is not serial.sim
        recorder = Recorder(session)
        clicks = {"set_rule": 6, "set_rules": 2, "undo": 3, "redo": 4, "run": 2, "stop": 1}
        options = {"set_global": 4, "apply": 4, "discard": 1, "run": 2, "reset": 1}
        at_once(
            Person(session, 3 * seed).do(clicks),
            Person(session, 3 * seed + 1).do(options),
            Person(session, 3 * seed + 2).edit_config,
        )
        assert session.wait(60)
        session.check()
        done = {step.name for step in recorder.steps}
        assert {"set_rule", "set_rules", "set_global", "undo", "run", "code"} <= done
        replay(recorder.steps, serial, session.net)
        assert state_of(session) == state_of(serial)
        assert session.status["phase"] == "ready"
        assert session.status["error"] is None
        assert_shown_is_so(session)
        probe, twin = session.net.all_probes[0], serial.net.all_probes[0]
        session.run(0.01)
        serial.run(0.01)
        np.testing.assert_allclose(session.sim.data[probe], serial.sim.data[twin], atol=1e-4)


def state_of(session: Session) -> dict[str, Any]:
    """All that can be different, so that it can be compared with that of a copy."""
    places = [
        (session.view.row_of(place.network), _name(session, place.target), place.option, value)
        for place, value in take_snapshot(session.net).values.items()
    ]
    return {
        "settings": sorted(places, key=repr),
        "undo": [entry.title for entry in session._done],
        "redo": [entry.title for entry in session._undone],
        "pending": session.pending,
        "steps": session.sim.n_steps,
        "effective": session.states.effective.tolist(),
    }


def _name(session: Session, target: Any) -> str:
    return target.__name__ if isinstance(target, type) else session.view.names.code(target)
