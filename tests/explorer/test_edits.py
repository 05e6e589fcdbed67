"""Networks that are edited after a session was made."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import nengo
import numpy as np
import pytest

from nengo_explorer.explorer import Session
from nengo_explorer.explorer.codes import Effective
from tests.explorer.networks import Small, small_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nengo_explorer.explorer.events import Event


@pytest.fixture
def small() -> Small:
    return small_network()


@pytest.fixture
def session(small: Small) -> Iterator[Session]:
    with Session(small.net, seed=0) as session:
        yield session


def asks_for_refresh(session: Session) -> bool:
    session.look()
    return session.status["structure_changed"]


EDITS: dict[str, Callable[[Small], None]] = {
    "neuron type": lambda small: setattr(small.a, "neuron_type", nengo.Direct()),
    "label": lambda small: setattr(small.b, "label", "another"),
    "label of a network": lambda small: setattr(small.inner, "label", "another"),
    "synapse": lambda small: setattr(small.forward, "synapse", 0.3),
    "output": lambda small: setattr(small.source, "output", np.cos),
    "sample_every": lambda small: setattr(small.decoded, "sample_every", 0.01),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_inside_of_an_object_asks_for_refresh(
    session: Session, small: Small, edit: str
) -> None:
    assert not asks_for_refresh(session)
    EDITS[edit](small)
    assert asks_for_refresh(session)
    session.refresh()
    assert not asks_for_refresh(session)


def test_an_edit_is_noticed_without_being_asked(session: Session, small: Small) -> None:
    asked = threading.Event()

    def hear(_event: Event) -> None:
        if session.status["structure_changed"]:
            asked.set()

    session.subscribe(hear)
    small.a.neuron_type = nengo.Direct()
    assert asked.wait(10)


def test_an_ensemble_made_direct_has_no_bias_to_train(session: Session, small: Small) -> None:
    row = session.row_of(small.a, "bias")
    assert session.states.effective[row] == Effective.ON
    small.a.neuron_type = nengo.Direct()
    session.refresh()
    row = session.row_of(small.a, "bias")
    assert session.states.effective[row] == Effective.NEVER


@pytest.mark.slow
@pytest.mark.tf
def test_a_run_is_no_edit(session: Session) -> None:
    session.run(0.002)
    assert not asks_for_refresh(session)


@pytest.mark.slow
@pytest.mark.tf
def test_after_refresh_the_edited_network_runs(session: Session, small: Small) -> None:
    session.run(0.002)
    small.source.output = np.ones(1)
    session.refresh()
    assert not session.is_built
    with small.net:
        probe = nengo.Probe(small.source)
    session.refresh()
    session.run(0.002)
    np.testing.assert_allclose(session.sim.data[probe], 1)
