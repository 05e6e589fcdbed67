"""Settings as code and as files, and pages that need no kernel."""

from __future__ import annotations

import threading
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import nengo
import pytest
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer.explorer import page
from nengo_explorer.explorer.jobs import BusyError
from nengo_explorer.explorer.session import Session
from nengo_explorer.settings import resolve_trainable, take_snapshot
from tests.explorer.networks import Small, small_network
from tests.explorer.test_history import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def small() -> Small:
    return small_network()


@pytest.fixture
def session(small: Small) -> Iterator[Session]:
    with Session(small.net, namespace={"model": small.net, "a": small.a}, seed=0) as session:
        yield session


def change(session: Session, small: Small) -> None:
    session.set_rule(session.row_of(nengo.Ensemble), "trainable", "off")
    session.set_rule(session.row_of(small.a), "trainable", "on")
    session.set_rule(session.row_of(small.decoded), "keep_history", "off")
    session.set_global("lif_smoothing", "0.5")


def test_code_uses_the_variables_of_the_notebook(session: Session, small: Small) -> None:
    change(session, small)
    assert "model.config[a].trainable = True" in session.code()
    fresh = small_network()
    exec(session.code(), {"model": fresh.net, "a": fresh.a})  # noqa: S102 - that is what it is for
    assert list(resolve_trainable(fresh.net).values()) == list(
        resolve_trainable(small.net).values()
    )
    with Session(fresh.net, namespace={"model": fresh.net, "a": fresh.a}) as other:
        assert other.code() == session.code()


def test_code_also_removes_what_the_model_had_set() -> None:
    small = small_network()
    with small.net:
        nengo_explorer.configure_settings(trainable=False, stateful=False)
    with Session(small.net) as session:
        session.set_global("stateful", None)
        for cls in (nengo.Ensemble, nengo.ensemble.Neurons, nengo.Connection):
            session.set_rule(session.row_of(cls), "trainable", "inherit")
        assert "configure_settings(stateful=None, trainable=None)" in session.code()


def test_settings_go_through_a_file(session: Session, small: Small, tmp_path: Path) -> None:
    change(session, small)
    session.save_settings(tmp_path / "settings.json")
    fresh = small_network()
    with Session(fresh.net) as other:
        assert other.load_settings(tmp_path / "settings.json") == 4
        assert other.settings_json() == session.settings_json()
        assert other.states.setting[other.row_of(fresh.a)] == 2
        assert other.undo() == "Load settings"
        assert take_snapshot(fresh.net).values == {}


def test_a_file_that_does_not_fit_changes_nothing(session: Session, small: Small) -> None:
    change(session, small)
    text = session.settings_json()
    with nengo.Network() as other_net:
        nengo.Ensemble(3, 1, label="a")
    with Session(other_net) as other:
        with pytest.raises(ValidationError, match=r"there is no probes\[0\]"):
            other.set_settings_json(text)
        assert take_snapshot(other_net).values == {}
        assert other.edits["undo"] == ""


def test_a_file_does_not_rebuild_what_is_running(session: Session, small: Small) -> None:
    session.set_global("dtype", "float64")
    text = session.settings_json()
    session.undo()
    go_on = threading.Event()
    session._live.jobs.aside("run", until(go_on))
    with pytest.raises(BusyError):
        session.set_settings_json(text)
    go_on.set()
    assert session.wait(30)
    assert session.set_settings_json(text) == 1
    assert nengo_explorer.get_setting(small.net, "dtype") == "float64"


class Reader(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_holds_tree_reasons_and_options(session: Session, small: Small) -> None:
    change(session, small)
    read = Reader(session.to_html())
    assert read.tags.count("details") == len(session.view)
    assert ("open", "open") in read.attributes
    assert "Decided by the rule for a in outer: On." in " ".join(read.text.split())
    assert "overridden by a in outer" in read.text
    assert "Setting: Off" in read.text
    assert "LIF smoothing" in read.text


def test_a_picture_is_the_output_of_a_cell(session: Session, small: Small) -> None:
    change(session, small)
    html = session.picture()._repr_html_()
    assert "<html" not in html
    assert "Setting: Off" in Reader(html).text


def test_a_page_loads_nothing_and_holds_no_script(session: Session) -> None:
    html = session.to_html()
    read = Reader(html)
    assert not {"script", "link", "iframe", "object", "embed"} & set(read.tags)
    links = [value or "" for name, value in read.attributes if name in ("src", "href")]
    assert all(link.startswith("data:") for link in links)
    assert "default-src 'none'" in html
    assert "url(" not in html
    assert "http" not in html.replace("http-equiv", "")


def test_plots_are_on_the_page(session: Session, small: Small, tmp_path: Path) -> None:
    session.set_rule(session.row_of(small.spikes), "keep_history", "off")
    session.set_appearance("dark", 400)
    session.run(0.02)
    session.export_html(tmp_path / "page.html")
    read = Reader((tmp_path / "page.html").read_text(encoding="utf-8"))
    images = [v for n, v in read.attributes if n == "src" and v is not None]
    assert len(images) == 1
    assert images[0].startswith("data:image/png;base64,iVBOR")
    assert ("style", "background: #111111") in read.attributes
    assert "Last" in read.text


@pytest.mark.parametrize(
    "label",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><b>', "&lt;", "\ud800"],
)
def test_labels_are_text(label: str) -> None:
    with nengo.Network(label=label) as net:
        nengo.Ensemble(3, 1, label=label)
        nengo.Probe(net.ensembles[0], label=label)
    with Session(net) as session:
        html = session.to_html()
        read = Reader(html)
        html.encode("utf-8")
        assert not {"script", "img", "b"} & set(read.tags)
        assert label.replace("\ud800", "?") in read.text


def test_a_large_network_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST_ROWS", 10)
    with nengo.Network() as net:
        for _ in range(10):
            nengo.Ensemble(3, 1)
    with Session(net) as session:
        read = Reader(session.to_html())
        assert read.tags.count("details") == 10
        assert "Reasons are left out" not in read.text
        monkeypatch.setattr(page, "MOST_EXPLAINED", 20)
        assert "Reasons are left out" in Reader(session.to_html()).text
        assert f"{len(session.view) - 10} more rows are not shown" in read.text
