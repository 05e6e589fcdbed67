"""Names of input Nodes and Probes, as keys of data and of Keras models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from nengo.exceptions import ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import nengo

#: Input of a Keras model that says how many steps to simulate.
N_STEPS = "n_steps"

#: Input of a Keras model for what comes from outside but from no Node.
SOURCES = "other_sources"

_RESERVED = (N_STEPS, "steps_run", SOURCES)


def data_names(
    nodes: Sequence[nengo.Node], probes: Sequence[nengo.Probe]
) -> dict[nengo.Node | nengo.Probe, str]:
    """A unique name for each input Node and Probe.

    The label, with spaces and colons as underscores and other characters outside
    ``A-Za-z0-9_.-/`` left out; "node" or "probe" without a label. Repeats, ignoring case, get a
    number behind them.

    Parameters
    ----------
    nodes : sequence of Node
        Input Nodes; they are named first.
    probes : sequence of Probe
        Probes.
    """
    names: dict[nengo.Node | nengo.Probe, str] = {}
    taken = {name.lower() for name in _RESERVED}
    for kind, objects in (("node", nodes), ("probe", probes)):
        for obj in objects:
            label = re.sub(r"[ :]", "_", obj.label or "")
            label = re.sub(r"[^A-Za-z0-9_.\-/]", "", label) or kind
            name, number = label, 0
            while name.lower() in taken:
                number += 1
                name = f"{label}_{number}"
            taken.add(name.lower())
            names[obj] = name
    return names


def by_name(
    value: Any, probes: Sequence[nengo.Probe], names: Mapping[Any, str], what: str
) -> dict[str, Any] | None:
    """One thing for each name of a probe; what is no dict counts for all probes.

    Parameters
    ----------
    value : object
        A dict by Probe or name, or one thing for all, or None.
    probes : sequence of Probe
        All probes.
    names : dict of Probe to str
        Their names.
    what : str
        What it is called in messages.

    Raises
    ------
    ValidationError
        For a key that is no probe.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        return {names[probe]: value for probe in probes}
    known = {names[probe] for probe in probes}
    named = {}
    for key, entry in value.items():
        name = key if isinstance(key, str) else names.get(key)
        if name is None or name not in known:
            raise ValidationError(
                f"{key!r} is no Probe of the network. Accepted: "
                f"{', '.join(map(repr, sorted(known))) or 'nothing'} (or the Probes themselves).",
                attr=what,
            )
        named[name] = entry
    return named
