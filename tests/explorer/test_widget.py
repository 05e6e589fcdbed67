"""The widget: traits, messages, and nothing of its own."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

from nengo_explorer.explorer import widget
from nengo_explorer.explorer.widget import Explorer
from tests.explorer.networks import Small, small_network
from tests.explorer.test_session import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Sent = list[tuple[Any, Any]]


@pytest.fixture(autouse=True)
def _bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests do not need the bundle to have been built."""
    for name in ("explorer.js", "explorer.css"):
        (tmp_path / name).write_text("", encoding="utf-8")
    monkeypatch.setattr(widget, "STATIC", tmp_path)


@pytest.fixture
def small() -> Small:
    return small_network()


@pytest.fixture
def explorer(small: Small) -> Iterator[Explorer]:
    explorer = Explorer(small.net, seed=0)
    yield explorer
    explorer.close()


@pytest.fixture
def sent(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> Sent:
    messages: Sent = []
    monkeypatch.setattr(explorer, "send", lambda m, buffers=None: messages.append((m, buffers)))
    return messages


def ask(explorer: Explorer, content: Any) -> None:
    explorer._handle_custom_msg(content, [])


def test_the_whole_state_travels_when_a_page_asks(explorer: Explorer, small: Small) -> None:
    explorer.session.set_rule(explorer.session.row_of(small.a), "trainable", "off")
    state = explorer.get_state()
    assert state["structure"]["count"] == len(explorer.session.view)
    setting = np.frombuffer(zlib.decompress(state["row_state"]["setting"]), np.uint8)
    assert setting[explorer.session.row_of(small.a)] == 3
    assert state["row_state"]["version"] == explorer.session.snapshot.version


def test_an_action_is_answered_after_its_patch(
    explorer: Explorer, sent: Sent, small: Small
) -> None:
    row = explorer.session.row_of(small.a)
    message = {"id": 7, "action": "set_rule", "row": row, "option": "trainable", "setting": "off"}
    ask(explorer, message)
    (patch, buffers), (reply, _) = sent
    assert patch == {"event": "patch", "version": explorer.session.snapshot.version}
    assert len(buffers) == 8
    assert reply == {"reply": 7, "ok": True, "value": None}


def test_an_explanation_is_the_value_of_its_reply(explorer: Explorer, sent: Sent) -> None:
    ask(explorer, {"id": 8, "action": "explain", "row": 0})
    assert sent[0][0]["value"]["title"] == "outer"


@pytest.mark.parametrize(
    "content",
    [
        {"id": 1, "action": "explode"},
        {"id": 1, "action": "explain"},
        {"id": 1, "action": "explain", "row": "first"},
        {"id": 1, "action": "explain", "row": 10_000},
        {"id": 1, "action": "run", "seconds": float("nan")},
        {"id": 1, "action": "set_rule", "row": 1, "option": "trainable", "setting": "perhaps"},
        {"id": 1, "action": "set_global", "option": "dtype", "value": "float16"},
        {"id": 1, "action": "train"},
        {"id": 1, "action": ["run"]},
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(
    explorer: Explorer, sent: Sent, content: Any
) -> None:
    ask(explorer, content)
    (reply, _), *more = sent
    assert not more
    assert (reply["reply"], reply["ok"]) == (1, False)
    assert reply["error"]["text"]


@pytest.mark.parametrize("content", [None, 3, {}, {"id": "x", "action": "stop"}])
def test_what_is_no_message_is_ignored(explorer: Explorer, sent: Sent, content: Any) -> None:
    ask(explorer, content)
    assert not sent


def test_a_run_is_started_and_its_plots_arrive(explorer: Explorer, sent: Sent) -> None:
    ask(explorer, {"id": 2, "action": "run", "seconds": 0.02})
    assert sent[0][0]["ok"]
    assert wait_until(lambda: explorer.status["phase"] == "ready" and len(explorer.plots) == 2)
    assert explorer.status["n_steps"] == 20


def test_plots_follow_the_looks_of_the_page(explorer: Explorer) -> None:
    explorer.run(0.01)
    before = explorer.plots[0]
    explorer.set_state({"appearance": {"theme": "dark", "width": 640}})
    assert wait_until(lambda: explorer.plots[0]["width"] == 640)
    assert explorer.plots[0]["png"] != before["png"]


@pytest.mark.parametrize("net", ["x", None, nengo.Network])
def test_what_is_no_network_is_refused(net: Any) -> None:
    with pytest.raises(ValidationError, match="net"):
        Explorer(net)


def test_a_missing_bundle_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Small
) -> None:
    monkeypatch.setattr(widget, "STATIC", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="make build"):
        Explorer(small.net)
