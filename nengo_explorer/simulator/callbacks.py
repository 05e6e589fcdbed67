"""Keras callbacks for those who watch a training from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class FitProgress(keras.callbacks.Callback):
    """Reports progress after each batch and epoch, and ends the training when asked to.

    Parameters
    ----------
    on_batch : callable
        Called with the number of batches done in all, the number to do in all (0 while it is not
        known), and the logs of Keras.
    on_epoch : callable
        Called with the number of epochs done, and the logs of Keras.
    should_stop : callable
        Asked after each batch.
    """

    def __init__(
        self,
        on_batch: Callable[[int, int, Mapping[str, Any]], None],
        on_epoch: Callable[[int, Mapping[str, Any]], None],
        should_stop: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._on_batch = on_batch
        self._on_epoch = on_epoch
        self._should_stop = should_stop
        self._batches = 0

    def on_train_begin(self, logs: Any = None) -> None:
        """Start to count."""
        del logs
        self._batches = 0

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Report a batch."""
        del batch
        self._batches += 1
        total = (self.params.get("steps") or 0) * (self.params.get("epochs") or 0)
        self._on_batch(self._batches, total, logs or {})
        if self._should_stop():
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Report an epoch."""
        self._on_epoch(epoch + 1, logs or {})
