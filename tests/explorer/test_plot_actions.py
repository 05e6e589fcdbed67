"""What the browser gets of plots: tables and files as buffers, worked out beside all else."""

from __future__ import annotations

import threading
import zlib
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nengo_explorer.explorer.actions import ACTIONS
from nengo_explorer.explorer.later import later
from nengo_explorer.explorer.messages import accepted_reply
from nengo_explorer.explorer.session import Session
from tests.explorer.networks import Small, small_network
from tests.explorer.test_session import wait_until
from tests.explorer.test_widget import Sent, _bundle, ask, explorer, sent, small

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nengo_explorer.explorer.widget import Explorer

__all__ = ["_bundle", "explorer", "sent", "small"]  # fixtures


@pytest.fixture(scope="module")
def ran() -> Iterator[tuple[Session, Small]]:
    network = small_network()
    with Session(network.net, seed=0, minibatch_size=2) as session:
        session.run(0.3)
        yield session, network


def answered(session: Session, action: str, **arguments: Any) -> Any:
    value = ACTIONS[action].carry_out(session, **arguments)
    return value.result(20) if isinstance(value, Future) else value


def unpacked(buffer: bytes, dtype: Any) -> Any:
    return np.frombuffer(zlib.decompress(buffer), dtype)


def test_a_table_travels_as_buffers(ran: tuple[Session, Small]) -> None:
    session, network = ran
    row = session.row_of(network.spikes)
    table = answered(session, "plot_table", plot=str(row))
    expected = session.plot_table(network.spikes)
    values = unpacked(table["values"], "<f4").reshape(table["count"], len(table["names"]))
    np.testing.assert_array_equal(values, expected.values)
    np.testing.assert_array_equal(unpacked(table["places"], "<f8"), expected.places)
    assert table["title"] == "spikes, item 1"


def test_a_file_is_put_together_from_its_parts(
    ran: tuple[Session, Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nengo_explorer.explorer.plots.files.NUMBERS_IN_PART", 1000)
    session, network = ran
    asked = {"start": 0, "stop": 0, "version": 0}
    text = b""
    while not text or asked["start"] < asked["stop"]:
        part = answered(session, "plot_csv", plot=str(session.row_of(network.spikes)), **asked)
        text += zlib.decompress(part["contents"])
        asked = {name: part[name] for name in asked}
    assert text == session.plot_file(network.spikes, "csv")
    assert part["name"] == "spikes-item-1.csv"


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_figure_has_a_name_and_contents(
    ran: tuple[Session, Small], kind: str, start: bytes
) -> None:
    session, network = ran
    row = str(session.row_of(network.decoded))
    file = answered(session, "plot_figure", plot=row, kind=kind)
    assert file["name"] == f"decoded-item-1.{kind}"
    assert file["contents"].startswith(start)


def test_another_item_is_drawn_soon(ran: tuple[Session, Small]) -> None:
    session, _ = ran
    answered(session, "show_item", item=2)
    assert wait_until(lambda: session.plots[0]["item"] == 2)
    answered(session, "show_item", item=1)
    assert wait_until(lambda: session.plots[0]["item"] == 1)


def test_fields_that_are_bytes_are_named_and_travel_apart() -> None:
    reply, buffers = accepted_reply(3, {"a": b"1", "text": "t", "b": b"2"})
    assert reply == {"reply": 3, "ok": True, "value": {"text": "t"}, "binary": ["a", "b"]}
    assert buffers == [b"1", b"2"]
    assert accepted_reply(4, None) == ({"reply": 4, "ok": True, "value": None}, [])
    assert accepted_reply(5, {"x": 1})[0] == {"reply": 5, "ok": True, "value": {"x": 1}}


def test_what_takes_long_is_answered_later_and_elsewhere(
    explorer: Explorer, sent: Sent, small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer.run(0.005)
    go_on = threading.Event()
    table_of = explorer.session.plot_table

    def slow(plot: Any) -> Any:
        assert go_on.wait(20)
        return table_of(plot)

    monkeypatch.setattr(explorer.session, "plot_table", slow)
    row = explorer.session.row_of(small.decoded)
    ask(explorer, {"id": 5, "action": "plot_table", "plot": str(row)})
    ask(explorer, {"id": 6, "action": "explain", "row": row})
    assert [message["reply"] for message, _ in sent] == [6]
    go_on.set()
    assert wait_until(lambda: len(sent) == 2)
    reply, buffers = sent[1]
    assert (reply["reply"], reply["ok"], reply["binary"]) == (5, True, ["places", "values"])
    assert len(buffers) == 2


def test_what_fails_later_is_refused_with_a_reason(explorer: Explorer, sent: Sent) -> None:
    ask(explorer, {"id": 9, "action": "plot_table", "plot": "<b>none</b>"})
    assert wait_until(lambda: len(sent) == 1)
    reply = sent[0][0]
    assert (reply["reply"], reply["ok"]) == (9, False)
    assert "run first" in reply["error"]["text"]


def test_work_that_is_done_later_gives_values_and_errors() -> None:
    assert later(lambda: 3).result(20) == 3
    with pytest.raises(ZeroDivisionError):
        later(lambda: 1 // 0).result(20)
