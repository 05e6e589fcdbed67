"""Options of the whole network: what is in force, and what waits to be applied."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nengo.exceptions import ValidationError

from nengo_explorer.explorer.class_options import (
    CLASS_OPTIONS,
    class_option_value,
    set_class_option,
)
from nengo_explorer.explorer.option_values import CUSTOM, key_of, label_of, value_of
from nengo_explorer.settings import (
    GLOBAL_OPTIONS,
    OPTIONS,
    global_settings,
    set_global,
    validate,
)

if TYPE_CHECKING:
    import nengo

    from nengo_explorer.explorer.wire import GlobalValue


class GlobalOptions:
    """Global options of a network; those in force are in its config and nowhere else.

    Parameters
    ----------
    net : Network
        The outermost network.
    """

    def __init__(self, net: nengo.Network) -> None:
        self._net = net
        self._pending: dict[str, Any] = {}

    @property
    def pending(self) -> dict[str, Any]:
        """Values that wait to be applied, by option; None means the default."""
        return dict(self._pending)

    def values(self) -> dict[str, GlobalValue]:
        """All options as they are shown."""
        settings = global_settings(self._net)
        shown = {name: class_option_value(self._net, name) for name in CLASS_OPTIONS}
        for name in GLOBAL_OPTIONS:
            value = getattr(settings, name)
            waits = name in self._pending
            pending = _filled_in(name, self._pending.get(name))
            key = key_of(name, value)
            reason = ""
            if name == "lif_smoothing" and settings.inference_only:
                reason = "No effect while the network is built for inference only."
            elif OPTIONS[name].kind == "functions" and CUSTOM in (
                key,
                waits and key_of(name, pending),
            ):
                reason = "These were set in code, and are changed there."
            shown[name] = {
                "value": key,
                "label": label_of(name, value),
                "pending": key_of(name, pending) if waits else None,
                "pending_label": label_of(name, pending) if waits else None,
                "disabled_reason": reason,
            }
        return shown

    def set(self, name: str, value: Any, *, at_once: bool) -> None:
        """Set an option, or note it as pending.

        Parameters
        ----------
        name : str
            An option; those of objects are set for all that have no rule of their own.
        value : object
            A value, or the key or text that stands for one; None for the default.
        at_once : bool
            Whether to apply it also if it costs a rebuild.

        Raises
        ------
        ValidationError
            If there is no such option, or it does not accept the value.
        """
        if name not in OPTIONS:
            raise ValidationError(
                f"there is no option {name!r}. Options are: {', '.join(OPTIONS)}.", attr="option"
            )
        checked = value_of(name, value) if isinstance(value, str) else validate(name, value)
        if name in CLASS_OPTIONS:
            set_class_option(self._net, name, checked)
            return
        filled = _filled_in(name, checked)
        if filled == getattr(global_settings(self._net), name):
            self._pending.pop(name, None)
        elif at_once or OPTIONS[name].cost != "rebuild":
            self._apply({name: checked})
        else:
            self._pending[name] = checked

    def apply(self) -> None:
        """Put what is pending into force.

        Raises
        ------
        ValidationError
            If it does not fit together; it then stays pending.
        """
        self._apply(self._pending)

    def discard(self) -> None:
        """Forget what is pending."""
        self._pending.clear()

    def put_back(self, pending: dict[str, Any]) -> None:
        """Let other values be pending than those that are now."""
        self._pending = dict(pending)
        self.drop_what_holds()

    def drop_what_holds(self) -> None:
        """Forget what is pending and has come into force otherwise, such as by a code cell."""
        settings = global_settings(self._net)
        for name, value in list(self._pending.items()):
            if _filled_in(name, value) == getattr(settings, name):
                del self._pending[name]

    def _apply(self, changes: dict[str, Any]) -> None:
        settings = global_settings(self._net)
        wanted = {
            name: _filled_in(name, changes[name]) if name in changes else getattr(settings, name)
            for name in ("inference_only", "learning_phase")
        }
        if wanted["inference_only"] and wanted["learning_phase"] is True:
            raise ValidationError(
                "inference only and the learning phase of training exclude each other: a network "
                "without its training part cannot run in training mode. Set one of them back.",
                attr="inference_only",
            )
        for name, value in list(changes.items()):
            set_global(self._net, name, value)
            self._pending.pop(name, None)


def _filled_in(name: str, value: Any) -> Any:
    """A value with the default in place of None."""
    return OPTIONS[name].default if value is None else value
