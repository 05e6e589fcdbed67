"""Names of input Nodes and Probes, as keys of data and of Keras models."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

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
