"""Who wins between a network and a network inside of it, an object and its class, and a bias.

Each case lists what the networks say, outermost first. ``all`` is
``configure_settings(trainable=...)``, ``Ensemble`` and ``Neurons`` are classes, ``it`` is the
ensemble, ``its neurons`` its neurons; what is not listed is not said. The ensemble in question is
in the innermost network.
"""

from __future__ import annotations

import nengo
import pytest
from nengo.ensemble import Neurons

from nengo_explorer.settings import configure_settings, resolve_trainable

Says = dict[str, bool | None]
T, F = True, False

# Settings of the networks; whether encoders and bias are trainable then.
CASES: list[tuple[list[Says], tuple[bool, bool]]] = [
    # One network says nothing, or the same of everything.
    ([{}], (T, T)),
    ([{"all": None}], (T, T)),
    ([{"all": T}], (T, T)),
    ([{"all": F}], (F, F)),
    # An object beats its class; None of the object hides what its class says.
    ([{"all": None, "Ensemble": F}], (F, F)),
    ([{"all": None, "Ensemble": F, "it": None}], (T, T)),
    ([{"all": None, "Ensemble": F, "it": T}], (T, T)),
    ([{"all": None, "it": F}], (F, F)),
    ([{"all": None, "it": T}], (T, T)),
    # A bias asks its neurons first.
    ([{"all": None, "Neurons": F}], (T, F)),
    ([{"all": None, "Ensemble": F, "Neurons": T}], (F, T)),
    ([{"all": None, "Ensemble": F, "its neurons": T}], (F, T)),
    ([{"all": None, "Neurons": F, "its neurons": T}], (T, T)),
    ([{"all": None, "Neurons": F, "its neurons": None}], (T, T)),
    # Setting all is an opinion on neurons too.
    ([{"all": F, "it": T}], (T, F)),
    ([{"all": F, "it": T, "Neurons": None}], (T, T)),
    ([{"all": T, "it": F}], (F, T)),
    ([{"all": F, "its neurons": T}], (F, T)),
    # An inner network beats an outer one, even a class an object.
    ([{}, {"all": F}], (F, F)),
    ([{"all": None, "it": T}, {"all": F}], (F, F)),
    ([{"all": None, "Ensemble": F, "it": F}, {"all": None, "Ensemble": T}], (T, T)),
    ([{"all": None, "it": F}, {"all": None}], (F, F)),
    ([{"all": None, "it": T}, {"Ensemble": F, "it": None}], (T, T)),
    ([{"all": F}, {"all": None, "it": T}], (T, F)),
    # Neurons further out beat the ensemble further in.
    ([{"Neurons": T}, {"Ensemble": F}], (F, T)),
    ([{"Neurons": T}, {"it": F}], (F, T)),
    ([{"Neurons": F}, {"it": T}], (T, F)),
    # A network without settings is transparent.
    ([{"Ensemble": F}, {}], (F, F)),
    ([{"Ensemble": F}, {}, {"all": T}], (T, T)),
    ([{"Ensemble": F}, {}, {"all": T}, {}], (T, T)),
]


def nested(depth: int) -> tuple[list[nengo.Network], nengo.Ensemble]:
    """Networks inside of each other, and an ensemble in the innermost."""
    with nengo.Network() as net:
        pass
    networks = [net]
    for _ in range(depth - 1):
        with networks[-1], nengo.Network() as inner:
            networks.append(inner)
    with networks[-1]:
        ensemble = nengo.Ensemble(4, 1)
    return networks, ensemble


def apply(network: nengo.Network, ensemble: nengo.Ensemble, says: Says) -> None:
    """Write settings into a network's config."""
    if not says:
        return
    with network:
        configure_settings(trainable=says.get("all"))
    targets = {
        "Ensemble": nengo.Ensemble,
        "Neurons": Neurons,
        "it": ensemble,
        "its neurons": ensemble.neurons,
    }
    for name, value in says.items():
        if name != "all":
            network.config[targets[name]].trainable = value


@pytest.mark.parametrize("from_inside", [False, True], ids=["outer first", "inner first"])
@pytest.mark.parametrize(("says", "expected"), CASES, ids=[str(case[0]) for case in CASES])
def test_table(says: list[Says], expected: tuple[bool, bool], from_inside: bool) -> None:
    networks, ensemble = nested(len(says))
    levels = list(zip(networks, says, strict=True))
    for network, level in reversed(levels) if from_inside else levels:
        apply(network, ensemble, level)
    flags = resolve_trainable(networks[0])
    assert (flags[ensemble, "encoders"], flags[ensemble, "bias"]) == expected


def test_settings_of_an_inner_network_hold_only_inside() -> None:
    networks, inner = nested(2)
    with networks[0]:
        outer = nengo.Ensemble(4, 1)
    apply(networks[1], inner, {"all": False})
    flags = resolve_trainable(networks[0])
    assert flags[inner, "encoders"] is False
    assert flags[outer, "encoders"] is True


def test_nothing_above_the_simulated_network_counts() -> None:
    networks, ensemble = nested(2)
    apply(networks[0], ensemble, {"all": False})
    assert resolve_trainable(networks[0])[ensemble, "encoders"] is False
    assert resolve_trainable(networks[1])[ensemble, "encoders"] is True
