"""Pages that have states of another time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nengo_explorer.explorer import Session
from tests.explorer.networks import small_network

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.explorer.events import Event


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(small_network().net) as session:
        yield session


def test_a_page_with_older_states_gets_all_of_them(session: Session) -> None:
    old = session.snapshot.version
    session.set_rule(1, "trainable", "off")
    heard: list[Event] = []
    session.subscribe(heard.append)
    session.catch_up(old)
    assert [event.what for event in heard] == ["structure"]


def test_a_page_with_the_present_states_gets_nothing(session: Session) -> None:
    heard: list[Event] = []
    session.subscribe(heard.append)
    session.catch_up(session.snapshot.version)
    assert heard == []
