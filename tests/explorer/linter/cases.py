"""For each check one minimal network that fires exactly it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

import nengo
from nengo.ensemble import Neurons

from nengo_explorer import configure_settings
from nengo_explorer.explorer.linter import Facts
from nengo_explorer.settings import DiscardedSettingsWarning

if TYPE_CHECKING:
    from collections.abc import Callable


class Case(NamedTuple):
    net: nengo.Network
    facts: Facts
    obj: Any
    parameter: str = ""


def chain() -> tuple[nengo.Network, nengo.Ensemble, nengo.Probe]:
    """Input, ensemble, probe: nothing in it is wrong."""
    with nengo.Network(seed=0) as net:
        node = nengo.Node([0.5])
        ensemble = nengo.Ensemble(10, 1, label="a")
        nengo.Connection(node, ensemble)
        probe = nengo.Probe(ensemble, synapse=0.01)
    return net, ensemble, probe


def no_training_mode() -> Case:
    net, _, probe = chain()
    with net:
        configure_settings(learning_phase=False)
    return Case(net, Facts(loss_probes=frozenset([probe])), net)


def no_training_mode_inference_only() -> Case:
    net, _, probe = chain()
    with net:
        configure_settings(inference_only=True)
    return Case(net, Facts(loss_probes=frozenset([probe])), net)


def no_loss_path() -> Case:
    net, _, probe = chain()
    with net:
        aside = nengo.Ensemble(5, 1, label="aside")
    return Case(net, Facts(loss_probes=frozenset([probe])), aside)


def no_loss_path_through_python() -> Case:
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(5, 1, label="a")
        node = nengo.Node(lambda _t, x: x, size_in=1)
        nengo.Connection(ensemble, node)
        probe = nengo.Probe(node)
    with net:
        configure_settings(trainable=None)
    net.config[nengo.Connection].trainable = False
    return Case(net, Facts(loss_probes=frozenset([probe])), ensemble)


def learned_and_trained() -> Case:
    net, ensemble, _ = chain()
    with net:
        post = nengo.Ensemble(5, 1)
        learned = nengo.Connection(ensemble, post, learning_rule_type=nengo.PES())
        nengo.Connection(post, learned.learning_rule)
        configure_settings(trainable=None)
    net.config[learned].trainable = True
    return Case(net, Facts(), learned, "weights")


def zero_gradient() -> Case:
    net, ensemble, probe = chain()
    facts = Facts(loss_probes=frozenset([probe]), zero_shares={(ensemble, "encoders"): 0.9})
    return Case(net, facts, ensemble, "encoders")


def long_target() -> Case:
    net, _, probe = chain()
    with net:
        configure_settings(keep_history=False)
    facts = Facts(loss_probes=frozenset([probe]), target_steps={probe: 20})
    return Case(net, facts, probe)


def unread_setting_of_inner_network() -> Case:
    with nengo.Network() as net:
        inner = nengo.Network()
    with inner:
        configure_settings(dtype="float64")
    return Case(net, Facts(), inner)


def unread_setting_of_other_network() -> Case:
    with nengo.Network() as net:
        with nengo.Network() as left:
            configure_settings(trainable=None)
        with nengo.Network():
            ensemble = nengo.Ensemble(5, 1)
    left.config[ensemble].trainable = False
    return Case(net, Facts(), ensemble)


def unread_history_of_inner_network() -> Case:
    with nengo.Network() as net, nengo.Network() as inner:
        probe = nengo.Probe(nengo.Node([0]))
    with inner:
        configure_settings(keep_history=False)
    del probe
    return Case(net, Facts(), inner)


def discarded_setting() -> Case:
    net, ensemble, _ = chain()
    with net:
        configure_settings(trainable=None)
        net.config[ensemble.neurons].trainable = False
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DiscardedSettingsWarning)
            configure_settings(trainable=None)
    return Case(net, Facts(), ensemble, "bias")


def hiding_none() -> Case:
    net, ensemble, _ = chain()
    with net:
        configure_settings(trainable=None)
    net.config[nengo.Ensemble].trainable = False
    net.config[ensemble].trainable = None
    return Case(net, Facts(), ensemble)


def hiding_none_of_neurons() -> Case:
    net, ensemble, _ = chain()
    with net:
        configure_settings(trainable=None)
    net.config[Neurons].trainable = False
    net.config[ensemble.neurons].trainable = None
    return Case(net, Facts(), ensemble, "bias")


def unused_smoothing() -> Case:
    with nengo.Network() as net:
        nengo.Ensemble(5, 1, neuron_type=nengo.LIFRate())
        configure_settings(lif_smoothing=0.1)
    return Case(net, Facts(), net)


def large_history() -> Case:
    net, ensemble, _ = chain()
    with net:
        wide = nengo.Probe(ensemble.neurons)
    # 10 values of 4 bytes on each step: 40 kB; the other probe needs 4 kB.
    return Case(net, Facts(n_steps=1000, memory=10_000), wide)


#: Cases by the check that they fire.
CASES: dict[str, list[Callable[[], Case]]] = {
    "no_training_mode": [no_training_mode, no_training_mode_inference_only],
    "no_loss_path": [no_loss_path, no_loss_path_through_python],
    "learned_and_trained": [learned_and_trained],
    "zero_gradient": [zero_gradient],
    "long_target": [long_target],
    "unread_setting": [
        unread_setting_of_inner_network,
        unread_setting_of_other_network,
        unread_history_of_inner_network,
    ],
    "discarded_setting": [discarded_setting],
    "hiding_none": [hiding_none, hiding_none_of_neurons],
    "unused_smoothing": [unused_smoothing],
    "large_history": [large_history],
}
