"""The settings of a whole network: options that are stored once, and probe histories."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import nengo

from nengo_explorer.settings.catalogue import GLOBAL_OPTIONS, OPTIONS, SIMPLIFICATIONS
from nengo_explorer.settings.storage import UNSET, class_value, instance_value
from nengo_explorer.settings.validate import canonical

if TYPE_CHECKING:
    from nengo.builder import Model


@dataclass(frozen=True)
class GlobalSettings:
    """Options of the top-level network, with defaults filled in.

    Attributes
    ----------
    dtype : str
        "float32" or "float64".
    lif_smoothing : float or None
        Width of the smoothing, None for none.
    learning_phase : bool or None
        Fixed mode; None for automatic.
    inference_only, stateful, use_loop : bool
        Switches.
    planner, sorter : str or callable
        Names of ours, or functions.
    simplifications : tuple of (str or callable)
        Names of ours, or functions.
    """

    dtype: str = "float32"
    lif_smoothing: float | None = None
    learning_phase: bool | None = None
    inference_only: bool = False
    stateful: bool = True
    use_loop: bool = True
    planner: Any = "tree_planner"
    sorter: Any = "order_signals"
    simplifications: tuple[Any, ...] = SIMPLIFICATIONS


def global_settings(net: nengo.Network) -> GlobalSettings:
    """Options of a top-level network as they are now.

    Parameters
    ----------
    net : Network
        The network that is (or would be) simulated.

    Raises
    ------
    ValidationError
        If something invalid was written into the config past our checks.
    """
    values = {}
    for name in GLOBAL_OPTIONS:
        value = class_value(net.config, nengo.Network, name)
        if value is not UNSET and value is not None:
            values[name] = canonical(value)
    return GlobalSettings(**values)


def unoptimized(settings: GlobalSettings) -> GlobalSettings:
    """The same settings, but operators run one by one, as Nengo has built them.

    Parameters
    ----------
    settings : GlobalSettings
        Any settings.
    """
    return replace(
        settings, planner="noop_planner", sorter="noop_order_signals", simplifications=()
    )


def get_setting(
    model_or_network: nengo.Network | Model, name: str, default: Any = None, obj: Any = None
) -> Any:
    """What is stored for an option, or a default; a missing option is no error.

    Parameters
    ----------
    model_or_network : Network or Model
        The network, or the model it was built to.
    name : str
        Name of an option.
    default : object, optional
        Returned if nothing is stored.
    obj : object, optional
        Look at the setting of this object (or its class) instead of the network's.
    """
    net = getattr(model_or_network, "toplevel", model_or_network)
    if net is None or name not in OPTIONS:
        return default
    value = UNSET if obj is None else instance_value(net.config, obj, name)
    if value is UNSET:
        value = class_value(net.config, nengo.Network if obj is None else type(obj), name)
    return default if value is UNSET else value


def resolve_keep_history(net: nengo.Network) -> dict[nengo.Probe, bool]:
    """For every probe of a network and all networks below, whether it records every step.

    A setting of a probe beats that of its class, and None is the default, which is to record.

    Parameters
    ----------
    net : Network
        The network that is (or would be) simulated; only its own config counts.
    """
    by_class: dict[type, Any] = {}
    result = {}
    for probe in net.all_probes:
        value = instance_value(net.config, probe, "keep_history")
        if value is UNSET:
            if type(probe) not in by_class:
                by_class[type(probe)] = class_value(net.config, type(probe), "keep_history")
            value = by_class[type(probe)]
        result[probe] = value is not False
    return result
