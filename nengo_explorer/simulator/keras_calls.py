"""The surroundings of a call to Keras: precision, and messages that are not for our users."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

import keras

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def keras_precision(dtype: str) -> Iterator[None]:
    """Let Keras make losses and metrics in a precision; the old one is back afterwards."""
    before = keras.config.floatx()
    keras.config.set_floatx(dtype)
    try:
        yield
    finally:
        keras.config.set_floatx(before)


@contextmanager
def quiet_about_retracing() -> Iterator[None]:
    """Keep TensorFlow from guessing that functions are traced by mistake.

    It counts traces of Keras's own step functions over all models of a process; each of ours is
    traced on purpose, once for each mode.
    """

    def is_other(record: logging.LogRecord) -> bool:
        return "triggered tf.function retracing" not in record.getMessage()

    logger = logging.getLogger("tensorflow")
    logger.addFilter(is_other)
    try:
        yield
    finally:
        logger.removeFilter(is_other)


@contextmanager
def quiet_about_nothing_to_train() -> Iterator[None]:
    """Training without a trainable parameter is allowed: losses are still computed."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*does not have any trainable weights.*")
        yield


def usual_optimizer() -> str:
    """The optimizer where none was given, which is said: its rate rarely suits a network."""
    name = "rmsprop"
    rate = float(keras.optimizers.get(name).learning_rate)
    warnings.warn(
        f"compile was given no optimizer, so Keras's {name} with a learning rate of {rate:g} is "
        "used. Choose one with optimizer=..., such as keras.optimizers.Adam(1e-3).",
        UserWarning,
        stacklevel=4,
    )
    return name
