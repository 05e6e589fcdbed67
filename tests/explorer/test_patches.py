"""Patches: what is sent after a change leads to what a fresh look would give."""

from __future__ import annotations

import zlib
from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import nengo
import numpy as np
import pytest
from hypothesis import given, settings
from nengo.ensemble import Neurons

import nengo_explorer
from nengo_explorer.explorer.row_states import COLUMNS, RowStates
from nengo_explorer.explorer.serialize import STATE_TYPES, packed_patch, packed_states, packed_texts
from nengo_explorer.explorer.state_table import StateTable
from nengo_explorer.explorer.tree import Tree
from tests.explorer.networks import small_network


def unpacked(data: bytes, dtype: Any) -> Any:
    return np.frombuffer(zlib.decompress(data), dtype)


class Page:
    """Does what the browser does: decodes states, and applies patches."""

    def __init__(self, tree: Tree) -> None:
        wire = packed_states(tree.now.states, tree.now.version)
        self.version = wire["version"]
        self.columns = {name: unpacked(wire[name], STATE_TYPES[name]).copy() for name in COLUMNS}

    def receive(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        assert message["version"] == self.version + 1
        rows = np.cumsum(unpacked(buffers[0], np.int32))
        for name, buffer in zip(COLUMNS, buffers[1:], strict=True):
            values = unpacked(buffer, STATE_TYPES[name])
            assert values.size == rows.size
            self.columns[name][rows] = values
        self.version = message["version"]

    def shows(self, states: RowStates) -> bool:
        return all(np.array_equal(self.columns[n], getattr(states, n)) for n in COLUMNS)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_patches_lead_to_what_a_fresh_look_gives(data: st.DataObject) -> None:
    tree = Tree(small_network().net, {})
    page = Page(tree)
    settable = np.flatnonzero(tree.view.controls).tolist()
    for _ in range(data.draw(st.integers(1, 6), label="changes")):
        row = data.draw(st.sampled_from(settable), label="row")
        option = "trainable" if tree.view.controls[row] == 1 else "keep_history"
        tree.set_rule(row, option, data.draw(st.sampled_from(["inherit", "on", "off"])))
        patch = tree.update()
        if patch is not None:
            page.receive(*packed_patch(patch))
    assert page.shows(StateTable(Tree(tree.net, {}).view).states)
    assert page.version == tree.now.version


EDITS = st.tuples(
    st.sampled_from(["net", "inner"]),
    st.sampled_from([nengo.Ensemble, Neurons, nengo.Connection, "a", "b", "direct", "forward"]),
    st.sampled_from([True, False, None]),
)


@settings(max_examples=60, deadline=None)
@given(edits=st.lists(EDITS, min_size=1, max_size=6), inference_only=st.booleans())
def test_a_look_at_what_has_changed_sees_all_that_a_fresh_look_sees(
    edits: list[tuple[str, Any, bool | None]], inference_only: bool
) -> None:
    small = small_network()
    for network in (small.net, small.inner):
        with network:
            nengo_explorer.configure_settings(trainable=None)
    tree = Tree(small.net, {})
    for where, what, value in edits:
        target = getattr(small, what) if isinstance(what, str) else what
        getattr(small, where).config[target].trainable = value
        tree.update()
        fresh = StateTable(tree.view).states
        assert all(np.array_equal(getattr(tree.now.states, n), getattr(fresh, n)) for n in COLUMNS)
    with small.net:
        nengo_explorer.configure_settings(inference_only=inference_only)
    tree.update()
    assert np.array_equal(tree.now.states.effective, StateTable(tree.view).states.effective)


def test_one_toggle_in_a_large_network_is_a_small_message() -> None:
    with nengo.Network() as net:
        for _ in range(20):
            with nengo.Network():
                for _ in range(100):
                    nengo.Ensemble(1, 1)
    tree = Tree(net, {})
    tree.set_rule(tree.view.row_of(net.networks[7].ensembles[50]), "trainable", "off")
    patch = tree.update()
    assert patch is not None
    assert len(tree.view) > 6000
    assert sum(map(len, packed_patch(patch)[1])) < 1000
    # Also where it concerns every row.
    tree.set_rule(tree.view.class_row_of(net, nengo.Ensemble), "trainable", "off")
    patch = tree.update()
    assert patch is not None
    assert patch.rows.size > 5900
    assert sum(map(len, packed_patch(patch)[1])) < 10_000


def test_a_patch_holds_nothing_but_what_is_different() -> None:
    small = small_network()
    tree = Tree(small.net, {})
    tree.set_rule(tree.view.row_of(small.forward), "trainable", "off")
    patch = tree.update()
    assert patch is not None
    concerned = {tree.view.row_of(small.forward), tree.view.row_of(small.forward, "weights"), 0}
    assert concerned <= set(patch.rows.tolist()) <= {*concerned, 1, 2, 3, 4}
    assert tree.update() is None


@pytest.mark.parametrize("texts", [[], [""], ["a", "", "\N{GREEK SMALL LETTER ALPHA}x", "\ud800"]])
def test_texts_can_be_told_apart_again(texts: list[str]) -> None:
    column = packed_texts(texts)
    offsets = np.cumsum(unpacked(column["offsets"], np.int32))
    text = zlib.decompress(column["text"])
    read = [text[a:b].decode() for a, b in pairwise(offsets)]
    assert read == [text.encode(errors="replace").decode() for text in texts]
