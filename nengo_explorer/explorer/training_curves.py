"""Losses and norms of gradients of a training, in memory that does not grow with it."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nengo_explorer.explorer.plots.samples import Samples

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy.typing as npt

    Array = npt.NDArray[Any]

#: Points of a curve at most, and numbers of a curve at most.
MOST_POINTS = 2000
MOST_NUMBERS = 1_000_000
FEWEST_POINTS = 100

#: By these names curves are asked for.
MINIBATCHES, EPOCHS, GRADIENTS = "minibatch loss", "training loss", "gradient norms"
TITLES = {
    MINIBATCHES: "Loss of each minibatch",
    EPOCHS: "Training loss",
    GRADIENTS: "Gradient norms",
}
PLURALS = {"minibatch": "minibatches", "epoch": "epochs"}


class Curve:
    """Rows of numbers, one after the other; where there are too many, neighbours are averaged.

    Parameters
    ----------
    width : int
        Numbers in a row.
    most : int, optional
        Points at most; by default what fits in memory for that width. Has to be even.
    """

    def __init__(self, width: int, most: int | None = None) -> None:
        fitting = MOST_NUMBERS // max(width, 1)
        most = max(FEWEST_POINTS, min(MOST_POINTS, fitting)) if most is None else most
        self._most = most - most % 2
        self._places = np.zeros(self._most)
        self._values = np.zeros((self._most, width), np.float32)
        self._count = 0
        self._sum = np.zeros(width)
        self._pending = 0
        self.total = 0
        self.stride = 1

    def add(self, values: Any) -> None:
        """Append a row."""
        self._sum += values
        self._pending += 1
        self.total += 1
        if self._pending == self.stride:
            self._store()

    def _store(self) -> None:
        if self._count == self._most:
            half = self._most // 2
            self._places[:half] = self._places.reshape(half, 2).mean(axis=1)
            self._values[:half] = self._values.reshape(half, 2, -1).mean(axis=1)
            self._count = half
            self.stride *= 2
            return  # what waits is only half of a point now
        self._places[self._count], self._values[self._count] = self._average()
        self._count += 1
        self._sum[:] = 0
        self._pending = 0

    def _average(self) -> tuple[float, Array]:
        """Place and values of the rows that are no point yet."""
        return self.total - (self._pending - 1) / 2, self._sum / self._pending

    def points(self) -> tuple[Array, Array]:
        """The curve so far.

        Returns
        -------
        places : (n_points,) ndarray
            Which row, counted from 1; the middle of those that were averaged.
        values : (n_points, width) ndarray
            The numbers.
        """
        places, values = self._places[: self._count].copy(), self._values[: self._count].copy()
        if self._pending:
            place, last = self._average()
            places = np.append(places, place)
            values = np.concatenate([values, last[np.newaxis].astype(np.float32)])
        return places, values


class TrainingCurves:
    """What is shown of a training while it goes on, and afterwards.

    May be written by one thread and read by another.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: tuple[str, ...] = ()
        self._losses = Curve(1)
        self._norms = Curve(0)
        self._epochs = Curve(2)

    def begin(self, names: Sequence[str]) -> None:
        """Say of which parameters norms will come."""
        with self._lock:
            self._names = tuple(names)
            self._norms = Curve(len(names))

    def step(self, loss: float, norms: Array) -> None:
        """Add a minibatch.

        Parameters
        ----------
        loss : float
            Its loss.
        norms : (n_parameters,) ndarray
            Norm of each gradient.
        """
        with self._lock:
            self._losses.add(loss)
            self._norms.add(norms)

    def epoch(self, logs: Mapping[str, Any]) -> None:
        """Add an epoch, with the logs of Keras: its loss, and that of the validation."""
        with self._lock:
            self._epochs.add([float(logs.get(name, np.nan)) for name in ("loss", "val_loss")])

    @property
    def last_loss(self) -> float:
        """Loss of the last epoch; NaN if none has ended."""
        with self._lock:
            return float(self._epochs.points()[1][-1, 0]) if self._epochs.total else np.nan

    @property
    def n_epochs(self) -> int:
        """How many epochs have ended."""
        with self._lock:
            return self._epochs.total

    def samples(self) -> list[Samples]:
        """Everything that can be drawn by now."""
        with self._lock:
            shown = []
            if self._losses.total:
                shown.append(_samples(MINIBATCHES, "minibatch", self._losses, ("loss",)))
            if self._epochs.total:
                shown.append(self._of_epochs())
            if self._losses.total and self._names:
                shown.append(_samples(GRADIENTS, "minibatch", self._norms, self._names))
            return shown

    def _of_epochs(self) -> Samples:
        found = _samples(EPOCHS, "epoch", self._epochs, ("training", "validation"))
        missing = np.isnan(found.values[:, 1])
        if missing.all():
            return replace(found, values=found.values[:, :1], names=("loss",))
        if missing.any():
            return replace(found, notes=(*found.notes, "Some epochs were not validated."))
        return found


def _samples(key: str, unit: str, curve: Curve, names: tuple[str, ...]) -> Samples:
    places, values = curve.points()
    said = f"Each point is the mean of {curve.stride} {PLURALS[unit]}."
    averaged = (said,) if curve.stride > 1 else ()
    return Samples(
        row=-1,
        title=TITLES[key],
        values=values,
        times=places,
        x_label=unit,
        y_label="gradient norm" if key == GRADIENTS else "loss",
        form="curves",
        notes=averaged,
        key=key,
        names=names,
    )
