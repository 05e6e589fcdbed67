"""What the Train button does: data, loss and optimizer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nengo.exceptions import ValidationError


@dataclass(frozen=True, eq=False)
class TrainingTask:
    """Arguments of one call of `Simulator.compile` and `Simulator.fit`.

    Parameters
    ----------
    x : dict of Node or str to array, list or array
        Inputs, each (items, steps, size_out).
    y : dict of Probe or str to array, list or array
        Targets, each (items, steps, size_in).
    loss : object, default: "mse"
        As in Keras; one for all probes with a target, or a dict by Probe or name.
    optimizer : object, default: "rmsprop"
        As in Keras.
    epochs : int, default: 1
        How often to go through the data.
    metrics, loss_weights : object, optional
        As in Keras.
    n_steps : int, optional
        Number of steps, if no data say it.
    fit_arguments : dict of str to object, optional
        More arguments of `Simulator.fit`, such as ``validation_data``.

    Raises
    ------
    ValidationError
        If ``epochs`` is no positive whole number, or ``fit_arguments`` repeats another parameter.
    """

    x: Any = None
    y: Any = None
    loss: Any = "mse"
    optimizer: Any = "rmsprop"
    epochs: int = 1
    metrics: Any = None
    loss_weights: Any = None
    n_steps: int | None = None
    fit_arguments: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        epochs: Any = self.epochs
        if not isinstance(epochs, int) or isinstance(epochs, bool) or epochs < 1:
            raise ValidationError(
                f"must be a whole number of at least 1; got {self.epochs!r}.", attr="epochs"
            )
        repeated = {"x", "y", "n_steps", "epochs"} & set(self.fit_arguments)
        if repeated:
            raise ValidationError(
                f"{', '.join(sorted(repeated))} is a parameter of its own; give it there.",
                attr="fit_arguments",
            )

    @property
    def summary(self) -> str:
        """The task in a few words."""
        optimizer, loss = _name(self.optimizer), _name(self.loss)
        return f"{self.epochs} epochs, optimizer {optimizer}, loss {loss}"


def _name(value: Any) -> str:
    """A loss or an optimizer in words."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return ", ".join(dict.fromkeys(_name(entry) for entry in value.values()))
    return str(getattr(value, "name", None) or getattr(value, "__name__", type(value).__name__))
