"""Patches: what is sent after a change leads to what a fresh look would give."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from nengo_explorer.explorer.row_states import COLUMNS, RowStates, compute_states
from nengo_explorer.explorer.serialize import STATE_TYPES, packed_patch, packed_states, packed_texts
from nengo_explorer.explorer.tree import Tree
from tests.explorer.networks import small_network


class Page:
    """Does what the browser does: decodes states, and applies patches."""

    def __init__(self, tree: Tree) -> None:
        wire = packed_states(tree.now.states, tree.now.version)
        self.version = wire["version"]
        self.columns = {
            name: np.frombuffer(wire[name], STATE_TYPES[name]).copy() for name in COLUMNS
        }

    def receive(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        assert message["version"] == self.version + 1
        rows = np.frombuffer(buffers[0], np.int32)
        for name, buffer in zip(COLUMNS, buffers[1:], strict=True):
            values = np.frombuffer(buffer, STATE_TYPES[name])
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
    assert page.shows(compute_states(Tree(tree.net, {}).view))
    assert page.version == tree.now.version


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
    offsets = np.frombuffer(column["offsets"], np.uint32)
    read = [column["text"][a:b].decode() for a, b in pairwise(offsets)]
    assert read == [text.encode(errors="replace").decode() for text in texts]
