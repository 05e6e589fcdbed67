"""Plots of a session: they follow runs and trainings, show any item, and give their numbers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer.explorer import activities
from nengo_explorer.explorer.plots.gallery import Gallery
from nengo_explorer.explorer.session import Session
from tests.explorer.networks import small_network
from tests.explorer.test_session import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nengo_explorer.explorer.events import Event


class Noisy:
    """A network whose items differ."""

    def __init__(self) -> None:
        with nengo.Network(seed=0, label="noisy") as self.net:
            noise = nengo.Node(nengo.processes.WhiteNoise(), label="noise")
            self.values = nengo.Probe(noise, label="values")
            self.sampled = nengo.Probe(noise, sample_every=0.005, label="sampled")


@pytest.fixture(scope="module")
def noisy() -> Noisy:
    return Noisy()


@pytest.fixture(scope="module")
def session(noisy: Noisy) -> Iterator[Session]:
    with Session(noisy.net, seed=0, minibatch_size=3) as session:
        session.run(0.02)
        yield session


def shown(session: Session, title: str) -> Any:
    return next(plot for plot in (*session.curves, *session.plots) if plot["title"] == title)


# ---- runs ---------------------------------------------------------------------------------------


def test_plots_follow_a_run_beside_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities, "DRAW_INTERVAL", 0.0)
    threads = set()

    def listen(event: Event) -> None:
        if event.what == "plots":
            threads.add(threading.current_thread().name)

    with Session(small_network().net, seed=0) as session:
        session.run(0.001)
        session.subscribe(listen)
        seen = [session.plots[0]["version"]]
        session.run(1e5, wait=False)
        session._want_drawing()  # as after a run of somebody else, which cannot be met now
        while len(seen) < 4:
            assert wait_until(lambda: session.plots[0]["version"] > seen[-1])
            assert session.busy
            seen.append(session.plots[0]["version"])
        assert threads == {"nengo_explorer background"}
        session.stop()
        assert session.wait(20)
        steps = session.status["n_steps"]
        assert shown(session, "decoded")["samples"] == steps


def test_what_a_run_draws_on_its_way_is_not_stale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities, "DRAW_INTERVAL", 0.0)
    with Session(small_network().net, seed=0) as session:
        session.run(0.002)
        session.set_global("learning_phase", value=True)
        before = session.plots[0]
        assert before["stale"]
        session.run(1e5, wait=False)
        assert wait_until(lambda: session.plots[0]["version"] > before["version"])
        stale = session.plots[0]["stale"]
        assert not stale
        session.set_global("learning_phase", value=False)
        assert session.plots[0]["stale"]
        session.stop()
        assert session.wait(20)
        assert session.plots[0]["stale"], "its settings are not those of the present"


def test_results_of_a_run_that_was_reset_are_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing, go_on = threading.Event(), threading.Event()
    plot = Gallery._plot

    def slow(self: Gallery, *arguments: Any) -> Any:
        drawing.set()
        assert go_on.wait(20)
        return plot(self, *arguments)

    with Session(small_network().net, seed=0) as session:
        session.run(0.005)
        monkeypatch.setattr(Gallery, "_plot", slow)
        session.set_appearance("dark", 300)
        assert drawing.wait(20)
        session.reset()
        go_on.set()
        assert wait_until(lambda: not session._live.gallery.is_drawing)
        assert session.plots == []


def test_data_of_another_simulator_are_not_taken_over() -> None:
    with Session(small_network().net, seed=0) as session:
        session.run(0.005)
        old, live = session.sim, session._live
        live.drop_simulator()
        live._collect(old)
        assert live.gallery.samples == []


def test_plots_that_have_not_changed_are_not_drawn_again(session: Session) -> None:
    before = shown(session, "values")["version"]
    session._live.redraw()
    assert shown(session, "values")["version"] == before
    session._live.draw()
    assert shown(session, "values")["version"] > before


# ---- items --------------------------------------------------------------------------------------


def test_every_item_can_be_shown_without_a_run(session: Session, noisy: Noisy) -> None:
    steps = session.sim.n_steps
    for item in (3, 1, 2):
        before = shown(session, "values")["png"]
        session.show_item(item)
        now = shown(session, "values")
        assert (now["item"], now["items"]) == (item, 3)
        assert f"Item {item} of 3." in now["note"]
        assert now["png"] != before
        recorded = session.sim.data[noisy.values][item - 1]
        table = session.plot_table(noisy.values)
        np.testing.assert_array_equal(table.values, recorded)
    assert session.sim.n_steps == steps
    assert session.plot_item == 2


def test_pinned_runs_show_the_same_item(noisy: Noisy) -> None:
    with Session(noisy.net, seed=3, minibatch_size=2) as session:
        session.run(0.01)
        session.pin()
        session.reset()
        session.run(0.01)
        for item in (1, 2):
            session.show_item(item)
            session.draw_wanted()
            notes = [figure["note"] for figure in session.proof["pinned"]]
            assert len(notes) == 2
            assert all("identical" in note for note in notes)


@pytest.mark.parametrize("item", [0, 4, -1, 1.5, True, "1", None])
def test_items_that_do_not_exist_are_refused(session: Session, item: Any) -> None:
    before = session.plot_item
    with pytest.raises(ValidationError, match="from 1 to 3"):
        session.show_item(item)
    assert session.plot_item == before


def test_without_a_minibatch_there_is_one_item() -> None:
    small = small_network()
    with Session(small.net, seed=0) as session:
        session.run(0.002)
        assert shown(session, "decoded")["items"] == 0
        with pytest.raises(ValidationError, match="from 1 to 1"):
            session.show_item(2)


def test_probes_on_parameters_are_the_same_for_all_items() -> None:
    with nengo.Network(seed=0) as net:
        a = nengo.Ensemble(4, 1)
        dense = nengo.Connection(a, nengo.Node(size_in=1), label="dense")
        entries = nengo.Sparse((4, 4), indices=[(0, 1), (2, 3)], init=[1.0, 2.0])
        sparse = nengo.Connection(a.neurons, a.neurons, transform=entries)
        probes = [nengo.Probe(one, "weights") for one in (dense, sparse)]
    with Session(net, seed=0, minibatch_size=2) as session:
        session.run(0.004)
        session.show_item(2)
        tables = [session.plot_table(probe) for probe in probes]
        assert [table.values.shape for table in tables] == [(4, 4), (4, 2)]
        assert tables[1].values[-1].tolist() == [1.0, 2.0]
        assert all("The same for all items." in table.note for table in tables)


# ---- numbers and files --------------------------------------------------------------------------


def test_a_probe_with_sample_every_has_its_own_times(session: Session, noisy: Noisy) -> None:
    np.testing.assert_allclose(session.plot_table(noisy.sampled).places, [0.005, 0.01, 0.015, 0.02])


def test_plots_are_found_by_probe_and_by_row(session: Session, noisy: Noisy) -> None:
    by_probe = session.plot_table(noisy.values)
    by_row = session.plot_table(session.row_of(noisy.values))
    assert by_probe.title == by_row.title
    with nengo.Network():
        elsewhere = nengo.Probe(nengo.Node([0]))
    for unknown in (0, "loss", elsewhere):
        with pytest.raises(ValidationError, match="'values'"):
            session.plot_table(unknown)


def test_files_are_written(session: Session, noisy: Noisy, tmp_path: Path) -> None:
    for kind, start in (("png", b"\x89PNG"), ("svg", b"<?xml"), ("csv", b"time (s),0\n")):
        path = tmp_path / f"plot.{kind}"
        session.save_plot(noisy.values, path)
        assert path.read_bytes().startswith(start)
    assert (tmp_path / "plot.csv").read_bytes() == session.plot_file(noisy.values, "csv")
    assert len(list(tmp_path.iterdir())) == 3


def test_a_file_of_another_kind_is_refused(session: Session, noisy: Noisy, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="png, svg, csv"):
        session.save_plot(noisy.values, tmp_path / "plot.pdf")
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_file_does_not_stay(
    session: Session, noisy: Noisy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "plot.csv"
    path.write_text("before")

    def broken(_samples: Any) -> Iterator[str]:
        yield "half"
        raise OSError("the disk is full")

    monkeypatch.setattr("nengo_explorer.explorer.abilities.plots.csv_parts", broken)
    with pytest.raises(OSError, match="disk is full"):
        session.save_plot(noisy.values, path)
    assert [p.read_text() for p in tmp_path.iterdir()] == ["before"]


def test_a_file_in_parts_is_the_whole_file(noisy: Noisy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nengo_explorer.explorer.plots.files.NUMBERS_IN_PART", 14)
    with Session(noisy.net, seed=1, minibatch_size=3) as session:
        session.run(0.02)
        whole = session.plot_file(noisy.values, "csv").decode()
        parts: list[str] = []
        start, stop, version = 0, 0, 0
        while start < stop or not parts:
            text, start, stop, version = session.csv_part(noisy.values, start, stop, version)
            parts.append(text)
            session.run(0.003)  # what is recorded meanwhile is no part of it
        assert len(parts) == 3
        assert "".join(parts) == whole
        session.show_item(2)
        with pytest.raises(ValidationError, match="Save it again"):
            session.csv_part(noisy.values, 7, stop, version)


# ---- training -----------------------------------------------------------------------------------


def test_curves_tell_of_a_training_while_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(activities, "DRAW_INTERVAL", 0.0)
    small = small_network()
    with small.net:
        nengo_explorer.configure_settings(trainable=None)
    with Session(small.net, seed=0) as session:
        session.set_rule(session.row_of(small.direct), "trainable", "off")
        session.set_training(
            y={small.decoded: np.ones((8, 3, 1))},
            n_steps=3,
            optimizer="adam",
            epochs=100_000,
            fit_arguments={"batch_size": 1},
        )
        session.train(wait=False)
        assert wait_until(lambda: len(session.curves) == 3, 60)
        before = shown(session, "Loss of each minibatch")["version"]
        assert wait_until(lambda: shown(session, "Loss of each minibatch")["version"] > before)
        assert session.status["phase"] == "training"
        session.stop()
        assert session.wait(20)
        losses = session.plot_table("minibatch loss")
        assert np.isfinite(losses.values).all()
        norms = session.plot_table("gradient norms")
        assert "a encoders" in norms.names
        assert not any(name.startswith("direct") for name in norms.names)
        assert session.plot_file("training loss", "svg").startswith(b"<?xml")
        assert "Gradient norms" in session.to_html()
        session.reset()
        assert len(session.curves) == 3
        session.refresh()
        assert len(session.curves) == 3
