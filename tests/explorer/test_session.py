"""A session: what the widget can do, without a widget."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
import pytest
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer.explorer import Session, TrainingTask
from nengo_explorer.explorer.jobs import BusyError
from nengo_explorer.explorer.serialize import packed_patch
from tests.explorer.networks import Small, small_network
from tests.explorer.test_patches import Page

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


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return condition()


def test_the_tree_needs_neither_tensorflow_nor_matplotlib() -> None:
    code = """
import sys
from tests.explorer.networks import small_network
from nengo_explorer.explorer import Session
session = Session(small_network().net)
session.set_rule(session.row_of(session.net.ensembles[0]), "trainable", "off")
session.explain(0)
session.set_global("dtype", "float64")
heavy = {"tensorflow", "keras", "matplotlib", "anywidget", "ipywidgets"} & set(sys.modules)
sys.exit(", ".join(sorted(heavy)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("net", "arguments", "named"),
    [
        ("x", {}, "net"),
        (None, {"dt": 0}, "dt"),
        (None, {"minibatch_size": 1.5}, "minibatch_size"),
        (None, {"unroll_simulation": 0}, "unroll_simulation"),
        (None, {"colour": "red"}, "colour"),
        (None, {"simulator": "s"}, "simulator"),
    ],
)
def test_bad_arguments_are_refused_at_once(net: Any, arguments: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Session(net or small_network().net, **arguments)


def test_a_toggle_is_one_patch_and_is_in_the_config(session: Session, small: Small) -> None:
    events: list[Event] = []
    session.subscribe(events.append)
    session.set_rule(session.row_of(small.a), "trainable", "off")
    assert small.net.config[small.a].trainable is False
    assert [event.what for event in events].count("rows") == 1
    session.set_rule(session.row_of(small.a), "trainable", "inherit")
    assert nengo_explorer.resolve_trainable(small.net)[small.a, "encoders"] is True


def test_a_change_in_code_is_noticed_without_being_told(session: Session, small: Small) -> None:
    heard = threading.Event()
    session.subscribe(lambda event: heard.set() if event.what == "rows" else None)
    with small.net:
        nengo_explorer.configure_settings(trainable=False)
    assert heard.wait(10)
    assert session.states.on[0] == 0


def test_a_changed_structure_asks_for_refresh(session: Session, small: Small) -> None:
    with small.net:
        added = nengo.Ensemble(3, 1)
    session.check()
    assert session.status["structure_changed"]
    session.refresh()
    assert session.row_of(added) > 0
    now = session.status
    assert not now["structure_changed"]


def test_free_options_are_set_at_once_others_wait(session: Session, small: Small) -> None:
    session.sim  # noqa: B018 - makes it
    session.set_global("learning_phase", "on")
    session.set_global("lif_smoothing", "0.25")
    session.set_global("dtype", "float64")
    shown = session.global_values
    assert (shown["learning_phase"]["value"], shown["learning_phase"]["pending"]) == ("on", None)
    assert shown["lif_smoothing"]["label"] == "0.25"
    assert (shown["dtype"]["value"], shown["dtype"]["pending"]) == ("float32", "float64")
    assert nengo_explorer.get_setting(small.net, "dtype") in (None, "float32")
    session.discard()
    assert session.global_values["dtype"]["pending"] is None
    session.set_global("dtype", "float64")
    session.apply()
    session.run(0.01)
    assert session.sim.data[small.decoded].dtype == np.float64


def test_without_a_simulator_nothing_has_to_wait(session: Session) -> None:
    session.set_global("dtype", "float64")
    assert session.global_values["dtype"]["value"] == "float64"
    assert not session.pending


def test_what_was_set_in_code_meanwhile_is_not_pending(session: Session, small: Small) -> None:
    session.sim  # noqa: B018 - makes it
    session.set_global("dtype", "float64")
    with small.net:
        nengo_explorer.configure_settings(dtype="float64")
    session.check()
    assert not session.pending


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("dtype", "float16"),
        ("lif_smoothing", "-1"),
        ("lif_smoothing", "much"),
        ("stateful", "maybe"),
        ("trainable", "maybe"),
        ("colour", "red"),
    ],
)
def test_values_that_are_not_accepted_change_nothing(
    session: Session, option: str, value: str
) -> None:
    before = session.global_values
    with pytest.raises(ValidationError):
        session.set_global(option, value)
    assert session.global_values == before


def test_options_that_exclude_each_other_are_refused(session: Session) -> None:
    session.set_global("inference_only", value=True)
    with pytest.raises(ValidationError, match="exclude each other"):
        session.set_global("learning_phase", value=True)


def test_a_run_draws_every_probe(session: Session, small: Small) -> None:
    assert session.plots == []
    session.run(0.05)
    assert [plot["row"] for plot in session.plots] == session.view.rows_of_kind("probe").tolist()
    assert all((plot["png"] or b"").startswith(b"\x89PNG") for plot in session.plots)
    assert session.status["phase"] == "ready"
    assert session.status["n_steps"] == 50 == len(session.sim.data[small.decoded])
    assert "spikes" in session.plots[1]["alt"]


def test_plots_of_previous_settings_say_so(session: Session) -> None:
    session.run(0.01)
    assert not session.status["stale"]
    session.set_rule(session.row_of(nengo.Ensemble), "trainable", "off")  # of no matter to a run
    assert not session.status["stale"]
    session.set_global("learning_phase", value=True)
    assert all(plot["stale"] for plot in session.plots)
    session.run(0.01)
    assert not any(plot["stale"] for plot in session.plots)


def test_a_probe_without_history_is_a_card(session: Session, small: Small) -> None:
    session.set_rule(session.row_of(small.decoded), "keep_history", "off")
    session.run(0.05)
    card = session.plots[0]["card"]
    assert card is not None
    assert card["label"] == "Last step, t = 0.050 s"
    assert float(card["values"][0]) == pytest.approx(
        float(session.sim.data[small.decoded][-1, 0]), rel=1e-4
    )
    assert session.plots[0]["png"] is None


def test_a_run_of_no_length_says_that_there_are_no_data(session: Session) -> None:
    session.run(0)
    assert all(plot["note"].startswith("No data") for plot in session.plots)
    assert session.status["phase"] == "ready"


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), "1", True, None])
def test_times_that_are_none_are_refused(session: Session, seconds: Any) -> None:
    with pytest.raises(ValidationError, match="seconds"):
        session.run(seconds)
    assert not session.busy
    assert not session.is_built


def test_runs_of_somebody_else_are_drawn_too(session: Session) -> None:
    session.run(0.01)
    before = session.plots[0]["version"]
    session.sim.run(0.02)
    assert wait_until(lambda: session.plots[0]["version"] > before)
    assert session.status["n_steps"] == 30


def test_stop_ends_a_run_between_chunks(session: Session) -> None:
    session.run(0.001)
    session.run(1e5, wait=False)
    assert session.status["phase"] in ("ready", "running")
    assert wait_until(lambda: session.sim.n_steps > 1)
    with pytest.raises(BusyError):
        session.run(1, wait=False)
    session.stop()
    assert session.wait(20)
    assert "Stopped" in session.status["message"]
    assert session.status["phase"] == "ready"
    assert session.status["n_steps"] < 1e8


def test_toggles_during_a_run_reach_the_page_in_order(session: Session, small: Small) -> None:
    page = Page(session._tree)

    def receive(event: Event) -> None:
        if event.patch is not None:
            page.receive(*packed_patch(event.patch))

    session.subscribe(receive)
    session.run(1e5, wait=False)
    rows = [session.row_of(small.a), session.row_of(small.b), session.row_of(small.forward)]

    def toggle(row: int) -> None:
        for setting in ("off", "on", "inherit", "off"):
            session.set_rule(row, "trainable", setting)

    threads = [threading.Thread(target=toggle, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert session.busy
    session.stop()
    assert session.wait(20)
    assert page.shows(session.states)
    assert page.version == session.snapshot.version
    assert not nengo_explorer.resolve_trainable(small.net)[small.b, "encoders"]


def failing(t: float) -> float:
    if t > 0.005:
        raise RuntimeError("no more <b>input</b>")
    return t


def test_an_error_of_a_run_is_shown_and_raised(caplog: pytest.LogCaptureFixture) -> None:
    with Session(small_network(failing).net, seed=0) as session:
        with pytest.raises(RuntimeError, match="no more"):
            session.run(0.1)
        error = session.status["error"]
        assert error is not None
        assert error["type"] == "RuntimeError"
        assert "<b>input</b>" in error["text"]
        assert "failing" in error["traceback"]
        assert session.status["phase"] == "error"
        session.run(0.1, wait=False)
        assert session.wait(20)
        assert "The run failed" in caplog.text
        session.reset()
        assert session.status["error"] is None


def test_reset_keeps_trained_parameters(session: Session, small: Small) -> None:
    # Nothing trains it, and the simulator would say so.
    session.set_rule(session.row_of(small.direct), "trainable", "off")
    target = np.ones((4, 3, 1))
    session.set_training(y={small.decoded: target}, n_steps=3, optimizer="adam", epochs=2)
    assert session.status["can_train"]
    before = session.sim.data[small.forward].weights.copy()
    session.train()
    trained = session.sim.data[small.forward].weights.copy()
    assert not np.array_equal(before, trained)
    assert "Training loss" in {plot["title"] for plot in session.curves}
    session.run(0.01)
    session.reset()
    assert session.status["n_steps"] == 0
    assert session.plots == []
    np.testing.assert_array_equal(session.sim.data[small.forward].weights, trained)


def test_refresh_keeps_what_was_trained(session: Session, small: Small) -> None:
    session.sim.keras_model.trainable_variables[0].assign_add(
        np.ones(session.sim.keras_model.trainable_variables[0].shape)
    )
    ensembles = (small.a, small.b, small.direct)
    trained = {e: session.sim.data[e].scaled_encoders.copy() for e in ensembles}
    with small.net:
        added = nengo.Ensemble(4, 1, label="added")
        nengo.Connection(small.a, added)
    session.refresh()
    session.run(0.002)
    for ensemble in ensembles:
        np.testing.assert_array_equal(session.sim.data[ensemble].scaled_encoders, trained[ensemble])
    assert session.sim.data[added].encoders.shape == (4, 1)


def test_training_needs_a_task(session: Session) -> None:
    assert "set_training" in session.status["train_hint"]
    with pytest.raises(ValidationError, match="set_training"):
        session.train()
    session.set_training(TrainingTask(n_steps=1))
    session.set_global("inference_only", value=True)
    assert not session.status["can_train"]


@pytest.mark.parametrize("arguments", [{"epochs": 0}, {"epochs": 1.5}, {"fit_arguments": {"x": 1}}])
def test_bad_tasks_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        TrainingTask(**arguments)


def test_a_session_can_go_on_with_a_simulator(small: Small) -> None:
    with nengo_explorer.Simulator(small.net, seed=0, progress_bar=False) as sim:
        sim.run(0.02)
        with Session(small.net, simulator=sim) as session:
            assert session.sim is sim
            assert wait_until(lambda: len(session.plots) > 0)
        assert not sim.closed
        assert not sim.observers


def test_a_closed_session_leaves_no_thread(small: Small) -> None:
    session = Session(small.net)
    assert session._background.alive
    session.close()
    assert wait_until(lambda: not session._background.alive)


def test_a_forgotten_session_leaves_no_thread(small: Small) -> None:
    session = Session(small.net)
    background = session._background
    del session
    gc.collect()
    assert wait_until(lambda: not background.alive)
