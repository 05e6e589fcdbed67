"""Setting options of the network that is being made."""

from __future__ import annotations

import warnings
from typing import Any

import nengo
from nengo.exceptions import ConfigError, NengoWarning, NetworkContextError

from nengo_explorer.settings.catalogue import OPTIONS
from nengo_explorer.settings.discarded import note_discarded
from nengo_explorer.settings.storage import (
    CLASSES_BY_SCOPE,
    create,
    entry_class,
    has_option,
    instances,
)
from nengo_explorer.settings.validate import validate
from nengo_explorer.settings.words import listed


class DiscardedSettingsWarning(NengoWarning):
    """A call of `configure_settings` dropped settings of single objects."""


def configure_settings(**options: Any) -> None:
    """Set options of the network that is open in a ``with`` block.

    Options that are not named keep their values, and None means the default. Settings apply to
    all objects, whether they were made before or after.

    Parameters
    ----------
    trainable : bool, optional
        Which parameters training may change: of all objects in the innermost open network. After
        that, single classes and objects are set through ``net.config[...].trainable``.
    planner, sorter : callable or str, optional
        Functions of `nengo_explorer.graph_optimizer`, their names, or your own.
    simplifications : list of callable or str, optional
        Functions of `nengo_explorer.graph_optimizer`, their names, or your own.
    inference_only : bool, default: False
        Build without the training part.
    lif_smoothing : float, optional
        Width of the smoothing of LIF neurons in training; None or 0 for none.
    dtype : str, default: "float32"
        "float32" or "float64".
    keep_history : bool, default: True
        Whether probes record every step. Single probes are set through
        ``net.config[probe].keep_history`` of the top-level network.
    stateful : bool, default: True
        Whether a run continues where the one before has ended.
    use_loop : bool, default: True
        Whether steps run in a loop.
    learning_phase : bool, optional
        True and False fix training or inference mode; None leaves it to what is called.

    Raises
    ------
    NetworkContextError
        If no network is open.
    ConfigError
        If an option does not exist.
    ValidationError
        If a value is not accepted. Nothing is set then.

    Warns
    -----
    DiscardedSettingsWarning
        If settings of single objects are dropped, because the option was set again as a whole.
    """
    if not nengo.Network.context:
        raise NetworkContextError(
            "configure_settings has to be called inside of a network: with nengo.Network() as net: "
            "nengo_explorer.configure_settings(...)"
        )
    unknown = [name for name in options if name not in OPTIONS]
    if unknown:
        raise ConfigError(
            f"There is no option {', '.join(map(repr, unknown))}. "
            f"Options are: {', '.join(OPTIONS)}."
        )
    values = {name: validate(name, value) for name, value in options.items()}
    top, nearest = nengo.Network.context[0], nengo.Network.context[-1]
    homes = {name: nearest if OPTIONS[name].scope == "objects" else top for name in values}
    # A warning may be turned into an error, so warnings come before anything is set.
    for name, network in homes.items():
        _warn_of_discarded(network, name)
    for name, network in homes.items():
        if OPTIONS[name].scope != "network":
            note_discarded(network, name, instances(network.config, name))
    if nengo.Network not in top.config.params:
        top.config.configures(nengo.Network)
    for name, value in values.items():
        stored = OPTIONS[name].default if name == "keep_history" and value is None else value
        for cls in CLASSES_BY_SCOPE[OPTIONS[name].scope]:
            create(homes[name].config, cls, name, stored)


def _warn_of_discarded(network: nengo.Network, name: str) -> None:
    """Say which settings of single objects are dropped when an option is set as a whole."""
    if OPTIONS[name].scope == "network":
        return
    discarded = [str(obj) for obj, _ in instances(network.config, name)]
    if not discarded:
        return
    warnings.warn(
        f"{name} was set again as a whole, so the settings of these objects in {network} are gone: "
        f"{listed(discarded)}. Set them after this call, or set one class alone, which keeps them: "
        f"net.config[nengo.{CLASSES_BY_SCOPE[OPTIONS[name].scope][0].__name__}].{name} = ...",
        DiscardedSettingsWarning,
        stacklevel=3,
    )


def ensure_configurable(network: nengo.Network, obj_or_class: Any, name: str) -> None:
    """Make an option exist in a network's config, without an opinion and without losing any.

    Parameters
    ----------
    network : Network
        The network.
    obj_or_class : object or class
        What is going to be set.
    name : str
        Name of an option.
    """
    for cls in CLASSES_BY_SCOPE[OPTIONS[name].scope]:
        if not has_option(network.config.params.get(cls), name):
            create(network.config, cls, name, None)
    cls = obj_or_class if isinstance(obj_or_class, type) else type(obj_or_class)
    owner = entry_class(network.config, cls)
    # A subclass with an entry of its own hides the base class.
    if owner is not None and not has_option(network.config.params[owner], name):
        create(network.config, owner, name, None)
