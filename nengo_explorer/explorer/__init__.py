"""The explorer: a network as a tree of settings with reasons, a live simulator, and its plots."""

from typing import TYPE_CHECKING

from nengo_explorer._lazy import lazy_names

if TYPE_CHECKING:
    from nengo_explorer.explorer.session import Session
    from nengo_explorer.explorer.training_task import TrainingTask
    from nengo_explorer.explorer.widget import Explorer

__all__ = ["Explorer", "Session", "TrainingTask"]

# A session can be used without the widget, and then loads none of the libraries for widgets.
__getattr__, _names = lazy_names(
    __name__,
    {
        "Explorer": "nengo_explorer.explorer.widget",
        "Session": "nengo_explorer.explorer.session",
        "TrainingTask": "nengo_explorer.explorer.training_task",
    },
)


def __dir__() -> list[str]:
    return _names
