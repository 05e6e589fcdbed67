"""The rows of a network and their states."""

from __future__ import annotations

import nengo
import numpy as np
import pytest
from nengo.ensemble import Neurons
from nengo.exceptions import ValidationError

import nengo_explorer
from nengo_explorer.explorer.codes import Control, Effective, Flag, Keep, Setting
from nengo_explorer.explorer.names import variable_names
from nengo_explorer.explorer.network_view import NetworkView
from nengo_explorer.explorer.state_table import StateTable
from nengo_explorer.explorer.tree import Tree
from tests.explorer.networks import small_network


def effective(tree: Tree, obj: object, parameter: str = "") -> Effective:
    tree.update()
    return Effective(tree.now.states.effective[tree.view.row_of(obj, parameter)])


def test_every_object_has_a_row_below_its_network() -> None:
    small = small_network()
    view = NetworkView(small.net)
    objects = [small.source, small.a, small.forward, small.decoded, small.spikes, small.inner]
    outer = view.row_of(small.net)
    assert outer == 0
    assert all(view.parent[view.row_of(obj)] == outer for obj in objects)
    assert view.parent[view.row_of(small.b)] == view.row_of(small.inner)


def test_parents_come_first_and_subtrees_are_contiguous() -> None:
    view = NetworkView(small_network().net)
    for row in range(1, len(view)):
        parent = view.parent[row]
        assert parent < row < view.end[parent]
        assert view.end[row] <= view.end[parent]


def test_parameters_have_rows_of_their_own() -> None:
    small = small_network()
    view = NetworkView(small.net)
    for obj, name in ((small.a, "encoders"), (small.a, "bias"), (small.forward, "weights")):
        assert view.parent[view.row_of(obj, name)] == view.row_of(obj)
    assert view.row_of(small.plain, "weights") == -1


def test_numbers_of_parameters_are_summed_up() -> None:
    small = small_network()
    view = NetworkView(small.net)
    assert view.parameters[view.row_of(small.a)] == 20 * 1 + 20
    assert view.parameters[view.row_of(small.forward, "weights")] == 1 * 20
    assert view.parameters[view.row_of(small.inner)] == (10 + 10) + 1
    assert view.parameters[view.row_of(small.decoded)] == -1


def test_rows_say_in_a_word_what_locks_them_or_why_there_is_nothing() -> None:
    small = small_network()
    view = NetworkView(small.net)
    notes = {
        (small.learned, ""): "PES",
        (small.learned, "weights"): "PES",
        (small.plain, ""): "no weights",
        (small.direct, "bias"): "no neurons",
        (small.a, "bias"): "",
    }
    assert {key: view.notes[view.row_of(*key)] for key in notes} == notes


def test_every_network_has_rows_for_its_classes() -> None:
    small = small_network()
    view = NetworkView(small.net)
    assert all(
        view.class_row_of(net, cls) >= 0
        for net in (small.net, small.inner)
        for cls in (nengo.Ensemble, Neurons)
    )
    assert view.class_row_of(small.net, nengo.Probe) >= 0
    assert view.class_row_of(small.inner, nengo.Probe) == -1


def test_unlabelled_objects_are_named_after_variables_and_what_they_join() -> None:
    with nengo.Network() as net:
        left = nengo.Ensemble(3, 2)
        nengo.Ensemble(3, 1)
        net.held = nengo.Node([0])
        joined = nengo.Connection(left[0], net.ensembles[1])
        probe = nengo.Probe(left.neurons)
    names = NetworkView(net, variable_names({"left": left, "_hidden": joined})).names
    assert names.of(left) == "left"
    assert names.of(net.ensembles[1]) == "ensemble 1"
    assert names.of(net.held) == "held"
    assert names.of(joined) == "left[0] \N{RIGHTWARDS ARROW} ensemble 1"
    assert names.of(probe) == "probe of left.neurons"


def test_labels_stay_the_text_they_are() -> None:
    label = "<img src=x onerror=alert(1)> $\\frac{$ \N{HEBREW LETTER ALEF}"
    with nengo.Network() as net:
        ensemble = nengo.Ensemble(2, 1, label=label)
    view = NetworkView(net)
    assert view.labels[view.row_of(ensemble)] == label


def test_states_follow_the_config() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    assert effective(tree, small.a) == Effective.ON
    with small.net:
        nengo_explorer.configure_settings(trainable=None)
    small.net.config[small.a].trainable = False
    assert effective(tree, small.a, "encoders") == Effective.OFF
    assert effective(tree, small.a, "bias") == Effective.OFF
    small.net.config[small.a.neurons].trainable = True
    assert effective(tree, small.a, "bias") == Effective.ON
    assert effective(tree, small.a) == Effective.MIXED
    assert tree.now.states.on[tree.view.row_of(small.a)] == 1


def test_locked_never_and_inference_only_are_told_apart() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    assert effective(tree, small.learned) == Effective.LOCKED
    assert effective(tree, small.plain) == Effective.NEVER
    assert effective(tree, small.direct, "bias") == Effective.NEVER
    assert effective(tree, small.source) == Effective.NOTHING
    with small.net:
        nengo_explorer.configure_settings(inference_only=True)
    assert effective(tree, small.a) == Effective.INFERENCE_ONLY
    assert effective(tree, small.net) == Effective.INFERENCE_ONLY


def test_a_network_counts_what_is_on_in_it() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    tree.set_rule(tree.view.class_row_of(small.inner, nengo.Ensemble), "trainable", "off")
    tree.update()
    inner, states = tree.view.row_of(small.inner), tree.now.states
    assert states.total[inner] == 3  # encoders of two, and one bias
    assert states.on[inner] == 0
    encoders = tree.view.class_row_of(small.net, nengo.Ensemble)
    assert (states.on[encoders], states.total[encoders]) == (1, 3)


def test_training_what_a_rule_changes_is_flagged() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    row = tree.view.row_of(small.learned, "weights")
    assert not tree.now.states.flags[row]
    tree.set_rule(tree.view.row_of(small.learned), "trainable", "on")
    tree.update()
    assert tree.now.states.flags[row] == Flag.WARNING


def test_rows_can_be_marked_until_the_next_look_at_the_structure() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    row = tree.view.row_of(small.b)
    patch = tree.mark([row])
    assert patch is not None
    assert (patch.rows.tolist(), patch.version) == ([row], 2)
    assert tree.mark([row]) is None
    tree.set_rule(row, "trainable", "off")
    tree.update()
    assert tree.now.states.flags[row] == Flag.WARNING
    tree.mark([])
    assert not tree.now.states.flags.any()


def test_a_setting_that_nothing_reads_is_flagged() -> None:
    small = small_network()
    with small.inner:
        nengo_explorer.configure_settings(dtype="float64")
    view = NetworkView(small.net)
    assert StateTable(view).states.flags[view.row_of(small.inner)] == Flag.WARNING


def test_an_explicit_none_is_not_shown_as_inherit() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    row = tree.view.row_of(small.a)
    assert tree.now.states.setting[row] == Setting.INHERIT
    with small.net:
        nengo_explorer.configure_settings(trainable=None)
    small.net.config[small.a].trainable = None
    tree.update()
    assert tree.now.states.setting[row] == Setting.NO_OPINION


def test_histories_are_set_on_the_outermost_network() -> None:
    small = small_network()
    with small.inner:
        probe = nengo.Probe(small.b)
    tree = Tree(small.net, {})
    row = tree.view.row_of(probe)
    tree.set_rule(row, "keep_history", "off")
    tree.update()
    assert small.net.config[probe].keep_history is False
    assert tree.now.states.keep_effective[row] == Keep.LAST_STEP
    assert tree.view.controls[row] == Control.KEEP_HISTORY


@pytest.mark.parametrize(
    ("row", "option", "setting"),
    [
        (10_000, "trainable", "on"),
        (-1, "trainable", "on"),
        (0, "trainable", "on"),
        (1, "trainable", "perhaps"),
        (1, "nothing", "on"),
    ],
)
def test_rules_that_do_not_exist_are_refused(row: int, option: str, setting: str) -> None:
    tree = Tree(small_network().net, {})
    with pytest.raises(ValidationError):
        tree.set_rule(row, option, setting)
    assert tree.update() is None


def test_added_and_removed_objects_are_noticed() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    changes = [tree.structure_changed]
    with small.inner:
        added = nengo.Ensemble(2, 1)
    changes.append(tree.structure_changed)
    tree.refresh({})
    changes.append(tree.structure_changed)
    assert tree.view.row_of(added) >= 0
    small.inner.ensembles.remove(added)
    changes.append(tree.structure_changed)
    assert changes == [False, True, False, True]


def test_large_networks_take_time_in_proportion() -> None:
    with nengo.Network() as net:
        for _ in range(50):
            with nengo.Network():
                for _ in range(20):
                    nengo.Ensemble(1, 1)
    view = NetworkView(net)
    assert len(view) > 50 * 20 * 3
    assert StateTable(view).states.total[0] == 50 * 20 * 2
    assert np.array_equal(np.unique(view.kind), [0, 1, 2, 7])
