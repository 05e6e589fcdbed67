"""Proving what settings claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import nengo
import numpy as np
from nengo.exceptions import ValidationError

from nengo_explorer.explorer.abilities.linting import LintingAbility
from nengo_explorer.explorer.events import Event
from nengo_explorer.explorer.proof.board import Board
from nengo_explorer.explorer.proof.figures import Overlay, ResponseFigure, Trace
from nengo_explorer.explorer.proof.held_data import held_data
from nengo_explorer.explorer.proof.pins import Pin, differences, overlays, run_state
from nengo_explorer.explorer.proof.tables import gradient_table, movement_table, percent
from nengo_explorer.explorer.proof.verdicts import claim_of, gradient_rows, movement_rows
from nengo_explorer.settings import global_settings, resolve_trainable
from nengo_explorer.settings.resolve import learning_locks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nengo_explorer.explorer.proof.pins import RunState
    from nengo_explorer.explorer.proof.response import Response
    from nengo_explorer.explorer.proof.verdicts import GradientRow, MovementRow
    from nengo_explorer.explorer.wire import PinRecord, Proof

#: Figures are drawn for so many probes.
MOST_FIGURES = 8


class ProofAbility(LintingAbility):
    """Tries things out beside the live simulator, and compares."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._tried: tuple[list[GradientRow], float] | None = None
        self._moved: list[MovementRow] | None = None
        self._before_fit: tuple[Any, dict[Any, str]] | None = None
        self._run: RunState | None = None
        self._pins: list[Pin] = []
        self._pin_count = 0
        self._overlays: tuple[Overlay, ...] = ()
        self._board = Board(self._live.gallery)
        self._live.watchers.append(self._watch)

    @property
    def proof(self) -> Proof:
        """Everything that was looked at so far, for the page."""
        tried, moved = self._tried, self._moved
        return {
            "gradients": None if tried is None else gradient_table(self.view, *tried),
            "movement": None if moved is None else movement_table(self.view, moved),
            "phases": self._board.figures("phases"),
            "pins": self.pins,
            "pinned": self._board.figures("pinned"),
            "neurons": self._board.figures("neurons"),
        }

    # ---- gradients and movement -----------------------------------------------------------------

    def check_gradients(self, *, wait: bool = True) -> list[GradientRow]:
        """Try one step of training on a copy, and compare with what the settings claim.

        Nothing of the simulator changes.

        Parameters
        ----------
        wait : bool, default: True
            As for `run`; the result is in `proof` later if this returns at once.

        Returns
        -------
        rows : list of GradientRow
            One for each parameter; empty if it was not waited for.

        Raises
        ------
        ValidationError
            If it is not known what to train on, or the network cannot be trained.
        BusyError
            If something else is going on and ``wait`` is False.
        """
        hint = self._live.train_hint()
        if hint:
            raise ValidationError(hint, attr="training")
        if hasattr(getattr(self._live.task, "x", None), "__next__"):
            raise ValidationError(
                "data come from a generator, and looking at them would use them up. Give arrays "
                "or a tf.data.Dataset to set_training.",
                attr="training",
            )
        self._activities.do("check of gradients", self._check_gradients, wait=wait)
        return self._tried[0] if wait and self._tried is not None else []

    def _check_gradients(self) -> None:
        task, simulator = self._live.task, self._live.simulator
        if task is None:
            return
        self._live.tell(phase="running", message="Trying one step of training on a copy")
        self._activities.compile_for(task)
        options = {k: v for k, v in task.fit_arguments.items() if k == "batch_size"}
        loss, steps = simulator.try_training_step(task.x, task.y, task.n_steps, **options)
        rows = gradient_rows(steps)
        self._tried = (rows, loss)
        shares = {(r.obj, r.parameter): r.zero_share for r in rows if r.zero_share is not None}
        self.note_zero_shares(shares)
        flagged = sum(bool(row.verdict) for row in rows)
        message = "Gradients agree with the settings"
        if flagged:
            message = f"Checked gradients: {flagged} disagree with the settings"
        self._publisher.publish(Event("proof"))
        self._live.tell(phase="ready", message=message)

    @property
    def movement(self) -> list[MovementRow]:
        """How far the last training has moved each parameter; empty if there was none."""
        return list(self._moved or ())

    def _watch(self, event: str) -> None:
        """Something happens to the simulator, by whomever."""
        simulator = self._live.simulator
        if event == "fit begins":
            self._before_fit = (simulator.parameter_values(), self._claims())
        elif event == "fit" and self._before_fit is not None:
            before, claims = self._before_fit
            self._before_fit = None
            self._moved = movement_rows(before, simulator.parameter_values(), claims)
            self.note_zero_shares({})
            self._publisher.publish(Event("proof"))
        elif event == "run":
            self._run = run_state(self.net, simulator)
        elif event == "reset":
            self._run = None

    def _claims(self) -> dict[Any, str]:
        """What the settings say of each parameter."""
        locks = learning_locks(self.net)
        return {
            key: claim_of(trainable=bool(on), learned=key in locks)
            for key, on in resolve_trainable(self.net).items()
        }

    # ---- rates and spikes -----------------------------------------------------------------------

    def compare_phases(self, seconds: float, *, wait: bool = True) -> list[Overlay]:
        """Simulate a copy with rates and with spikes, with the same input, from the start.

        Parameters
        ----------
        seconds : float
            How long, in simulated seconds.
        wait : bool, default: True
            As for `run`.

        Returns
        -------
        overlays : list of Overlay
            One for each probe, at most `MOST_FIGURES`; empty if it was not waited for.

        Raises
        ------
        ValidationError
            If that is no time, or too short for a step.
        BusyError
            If something else is going on and ``wait`` is False.
        """
        if isinstance(seconds, bool) or not np.isfinite(seconds) or seconds <= 0:
            raise ValidationError(
                f"must be a time above 0 seconds; got {seconds!r}.", attr="seconds"
            )
        self._activities.do("comparison", lambda: self._compare(float(seconds)), wait=wait)
        return list(self._overlays) if wait else []

    def _compare(self, seconds: float) -> None:
        simulator, task = self._live.simulator, self._live.task
        n_steps = max(1, round(seconds / simulator.dt))
        self._live.tell(phase="running", message="Simulating a copy with rates and with spikes")
        data = None
        if task is not None:
            data = held_data(task.x, n_steps, simulator.minibatch_size or 1)
        phases = simulator.compare_phases(n_steps, data)
        times = np.arange(1, n_steps + 1) * simulator.dt
        note = "Input: item 1 of the training data, its last step held. " if data else ""
        shown = []
        for probe, (rates, spikes) in list(phases.items())[:MOST_FIGURES]:
            row = self.view.row_of(probe)
            both = [
                np.asarray(v[0], dtype=np.float64).reshape(n_steps, -1) for v in (rates, spikes)
            ]
            gap = float(np.sqrt(np.mean((both[0] - both[1]) ** 2)))
            traces = (Trace("rates", times, both[0]), Trace("spikes", times, both[1]))
            said = f"{note}Root mean square difference {gap:.3g}."
            shown.append(Overlay(row, self.view.names.of(probe), traces, said))
        self._overlays = tuple(shown)
        self._board.show("phases", shown)
        self._publisher.publish(Event("proof"))
        self._live.tell(phase="ready", message=f"Compared rates and spikes over {n_steps} steps")

    # ---- pinned runs ----------------------------------------------------------------------------

    @property
    def pins(self) -> list[PinRecord]:
        """Pinned runs, and what is different in the present one."""
        now = self._run
        return [
            {
                "number": pin.number,
                "title": pin.title,
                "differences": [] if now is None else differences(pin, now, self.view.names),
            }
            for pin in self._pins
        ]

    def pin(self) -> Pin:
        """Keep what was recorded, to be drawn below later runs.

        Raises
        ------
        ValidationError
            If nothing was run.
        """
        with self._lock:
            recordings = self._live.gallery.recordings
            if self._run is None or not recordings:
                raise ValidationError("there is no run to pin; run the model first.", attr="pin")
            self._pin_count += 1
            pin = Pin(self._pin_count, self._run, tuple(recordings))
            self._pins.append(pin)
        self._draw_pinned()
        return pin

    def unpin(self, number: int) -> None:
        """Let a pinned run go.

        Raises
        ------
        ValidationError
            If there is no pinned run of that number.
        """
        with self._lock:
            kept = [pin for pin in self._pins if pin.number != number]
            if len(kept) == len(self._pins):
                raise ValidationError(f"there is no pinned run {number!r}.", attr="number")
            self._pins = kept
        self._draw_pinned()

    def _draw_pinned(self) -> None:
        """Draw pinned runs with the present one, soon."""
        self._background.wake()
        self._publisher.publish(Event("proof"))

    # ---- neurons --------------------------------------------------------------------------------

    def look_at_neurons(self, ensemble: nengo.Ensemble | int, *, wait: bool = True) -> Any:
        """Work out how the neurons of an ensemble respond, and which have no slope.

        Parameters
        ----------
        ensemble : Ensemble or int
            The ensemble, or its row or that of one of its parameters.
        wait : bool, default: True
            As for `run`.

        Returns
        -------
        response : Response or None
            None if it was not waited for.

        Raises
        ------
        ValidationError
            If that is no ensemble with neurons.
        BusyError
            If something else is going on and ``wait`` is False.
        """
        is_row = isinstance(ensemble, int)
        obj = self.view.targets[self._tree.check_row(ensemble)].obj if is_row else ensemble
        if not isinstance(obj, nengo.Ensemble) or isinstance(obj.neuron_type, nengo.Direct):
            raise ValidationError(f"{obj} is no ensemble with neurons.", attr="ensemble")
        found: list[Response] = []
        self._activities.do("look at neurons", lambda: self._look(obj, found), wait=wait)
        return found[0] if found else None

    def _look(self, ensemble: nengo.Ensemble, found: list[Response]) -> None:
        from nengo_explorer.explorer.proof.response import (  # noqa: PLC0415 - not often needed
            currents_of,
            response_of,
        )

        simulator = self._live.simulator
        self._live.tell(phase="running", message="Looking at neurons")
        smoothing = global_settings(self.net).lif_smoothing
        currents = currents_of(simulator.data[ensemble])
        response = response_of(ensemble.neuron_type, currents, smoothing)
        found.append(response)
        note = (
            f"For inputs all over its range, {percent(response.dead_now)} of its "
            f"{ensemble.n_neurons} neurons have no slope anywhere, with what is set."
        )
        title = f"Neurons of {self.view.names.of(ensemble)}"
        figure = ResponseFigure(self.view.row_of(ensemble), title, response, note)
        self._board.show("neurons", [figure])
        self._publisher.publish(Event("proof"))
        self._live.tell(phase="ready", message="")

    # ---- drawing --------------------------------------------------------------------------------

    def draw_wanted(self) -> None:
        """Draw also comparisons again, for other data and for a page that looks otherwise."""
        super().draw_wanted()
        now, samples = self._run, self._live.gallery.samples
        mark = (self._run, id(samples), tuple(pin.number for pin in self._pins))

        def pinned() -> Sequence[Overlay]:
            if now is None or not self._pins:
                return ()
            return overlays(self._pins, samples, now, self.view.names)[:MOST_FIGURES]

        if self._board.update("pinned", mark, pinned):
            self._publisher.publish(Event("proof"))
