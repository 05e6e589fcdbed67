"""Actions on the whole state: twin of ``js/src/actions/saving.ts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from nengo_explorer.explorer.actions.base import Action

if TYPE_CHECKING:
    from nengo_explorer.explorer.session import Session

#: What the browser can save as a file.
FileKind = Literal["settings", "page"]


def _file(session: Session, kind: FileKind) -> str:
    """Text of a file that the browser offers for download."""
    return session.settings_json() if kind == "settings" else session.to_html()


def _load_settings(session: Session, text: str) -> int:
    return session.set_settings_json(text)


def _apply_automatically(session: Session, *, on: bool) -> None:
    session.apply_automatically = on


ACTIONS = {
    "undo": Action(lambda session: session.undo()),
    "redo": Action(lambda session: session.redo()),
    "code": Action(lambda session: session.code()),
    "file": Action(_file, {"kind": FileKind}),
    "load_settings": Action(_load_settings, {"text": str}),
    "apply_automatically": Action(_apply_automatically, {"on": bool}),
}
