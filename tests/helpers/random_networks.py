"""Random nested networks with random rules, for property tests.

What hypothesis draws are plain numbers; networks are made from them as often as a test needs one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import nengo
from hypothesis import strategies as st
from nengo.ensemble import Neurons

from nengo_explorer.settings import configure_settings
from nengo_explorer.settings.storage import networks
from tests.helpers.networks import SpecialEnsemble

KINDS = ("plain", "special", "direct")
LEARNING: tuple[Any, ...] = (None, nengo.PES(), nengo.Voja(), [nengo.PES(), nengo.Voja()])
CLASSES = (nengo.Ensemble, Neurons, nengo.Connection)


@dataclass(frozen=True)
class Plan:
    """What a network is made of.

    Attributes
    ----------
    parents : tuple of int
        For every network but the first, the one that it is in.
    ensembles : tuple of (int, str)
        Number of the network and kind of each ensemble.
    connections : tuple of (int, int, int, int)
        Network, ensemble before, ensemble after, learning rule.
    rules : tuple of (int, str, int, object)
        Network, what is set ("class", "ensemble", "neurons", "connection"), its number, the value.
        Nothing is set twice.
    """

    parents: tuple[int, ...]
    ensembles: tuple[tuple[int, str], ...]
    connections: tuple[tuple[int, int, int, int], ...]
    rules: tuple[tuple[int, str, int, bool | None], ...]

    def build(self) -> Built:
        """Make the network, without any rule."""
        with nengo.Network(label="network 0") as net:
            pass
        made = [net]
        for number, parent in enumerate(self.parents, start=1):
            with made[parent], nengo.Network(label=f"network {number}") as inner:
                made.append(inner)
        ensembles: list[nengo.Ensemble] = []
        for home, kind in self.ensembles:
            with made[home]:
                cls = SpecialEnsemble if kind == "special" else nengo.Ensemble
                neurons = nengo.Direct() if kind == "direct" else nengo.LIF()
                label = f"ensemble {len(ensembles)}"
                ensembles.append(cls(3, 1, neuron_type=neurons, label=label))
        connections = []
        for home, before, after, rule in self.connections:
            with made[home]:
                arguments = {} if rule == 0 else {"learning_rule_type": LEARNING[rule]}
                pre, post = ensembles[before], ensembles[after]
                connections.append(nengo.Connection(pre, post, transform=1, **arguments))
        return Built(net, made, ensembles, connections)


@dataclass(frozen=True)
class Built:
    """A network and its parts, by number."""

    net: nengo.Network
    networks: list[nengo.Network]
    ensembles: list[nengo.Ensemble]
    connections: list[nengo.Connection]

    def target(self, what: str, number: int) -> Any:
        """The object or class that a rule is for."""
        choices: dict[str, Any] = {
            "class": CLASSES,
            "ensemble": self.ensembles,
            "neurons": [ensemble.neurons for ensemble in self.ensembles],
            "connection": self.connections,
        }
        return choices[what][number]

    def apply(self, rules: Any) -> Built:
        """Write rules into the networks' configs, in the given order."""
        for network in networks(self.net):
            with network:
                configure_settings(trainable=None)
        for home, what, number, value in rules:
            self.networks[home].config[self.target(what, number)].trainable = value
        return self


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Up to four networks inside of each other, with rules for anything in any of them."""
    n_networks = draw(st.integers(1, 4))
    parents = tuple(draw(st.integers(0, number - 1)) for number in range(1, n_networks))
    home = st.integers(0, n_networks - 1)
    ensembles = draw(st.lists(st.tuples(home, st.sampled_from(KINDS)), min_size=1, max_size=3))
    which = st.integers(0, len(ensembles) - 1)
    connection = st.tuples(home, which, which, st.integers(0, len(LEARNING) - 1))
    # A learning rule needs neurons before it.
    connections = [
        (place, before, after, 0 if ensembles[before][1] == "direct" else rule)
        for place, before, after, rule in draw(st.lists(connection, max_size=2))
    ]
    targets = [("class", number) for number in range(len(CLASSES))]
    targets += [(what, n) for what in ("ensemble", "neurons") for n in range(len(ensembles))]
    targets += [("connection", number) for number in range(len(connections))]
    # Dense enough that rules often meet; no rule is what hypothesis shrinks to.
    say = st.sampled_from(["nothing", "nothing", True, False, None])
    said: list[Any] = [
        (number, *target, draw(say)) for number in range(n_networks) for target in targets
    ]
    rules = tuple(rule for rule in said if rule[-1] != "nothing")
    return Plan(parents, tuple(ensembles), tuple(connections), rules)
