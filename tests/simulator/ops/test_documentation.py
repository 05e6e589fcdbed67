"""The table of how every part of Nengo runs names all of them."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import nengo
import nengo.neurons
import nengo.processes
import nengo.synapses
import nengo.transforms
import pytest

import nengo_explorer.simulator.neurons

PAGE = Path(__file__).resolve().parents[3] / "docs" / "lowering.md"

#: Classes that are no part of a network: bases, or something inside of others.
NOT_PARTS = {
    "ChannelShape",
    "LearningRuleType",
    "NeuronType",
    "Process",
    "RatesToSpikesNeuronType",
    "SparseMatrix",
    "Synapse",
    "Transform",
}

KINDS = {
    nengo.neurons: nengo.neurons.NeuronType,
    nengo_explorer.simulator.neurons: nengo.neurons.NeuronType,
    nengo.processes: nengo.Process,
    nengo.synapses: nengo.synapses.Synapse,
    nengo.transforms: nengo.transforms.Transform,
    nengo.learning_rules: nengo.learning_rules.LearningRuleType,
}


@pytest.mark.parametrize("module", KINDS, ids=lambda module: module.__name__)
def test_every_part_is_in_the_table(module: object) -> None:
    kinds = inspect.getmembers(module, inspect.isclass)
    parts = {
        kind.__name__  # not the name in the module, which may be short for it
        for _, kind in kinds
        if issubclass(kind, KINDS[module]) and not kind.__name__.startswith("_")
    }
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    named = set(re.findall(r"`(\w+)`", "\n".join(rows)))
    assert parts
    assert parts - NOT_PARTS - named == set()
