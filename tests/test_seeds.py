"""Every code block of the documentation of NengoDL's options runs with one changed import.

That text is no part of this repository. It is looked for in the folder ``seeds`` of the folder that
the environment variable NENGO_EXPLORER_SHARED names, else of ``../shared`` beside the repository.
tests/settings/test_documented_uses.py states the same uses in our own words.
"""

from __future__ import annotations

import ast
import os
import re
import textwrap
from pathlib import Path
from typing import Any

import nengo
import pytest

import nengo_explorer
from nengo_explorer.settings import global_settings

ROOT = Path(__file__).resolve().parents[1]
SEEDS = Path(os.environ.get("NENGO_EXPLORER_SHARED", ROOT.parent / "shared")) / "seeds"

FIRST_LINE = re.compile(r"( *)(with nengo\.|from nengo_dl|nengo_dl\.configure_settings\()")

#: Examples that name no real option, with one that is real in its place.
STAND_INS = {
    "config_option=config_value, ...": "dtype='float64'",
    "option0=val0": "lif_smoothing=0.1",
    "option1=val1": "keep_history=False",
}


def code_blocks(text: str) -> list[str]:
    """Code blocks of a text without markup: from a line that looks like code to the next prose."""
    blocks: list[list[str]] = []
    indent: int | None = None
    for line in text.splitlines():
        start = FIRST_LINE.match(line)
        depth = len(line) - len(line.lstrip())
        goes_on = indent is not None and (not line.strip() or depth > indent)
        if start and not goes_on and indent != depth:
            blocks.append([])
            indent = depth
        elif not start and not goes_on:
            indent = None
        if indent is not None:
            blocks[-1].append(line)
    return [textwrap.dedent("\n".join(block)).strip("\n") for block in blocks]


def is_fragment(block: str) -> bool:
    """Whether a block shows how something is written, with names that stand for anything."""
    return any(name in block for name in STAND_INS)


def completed(block: str) -> str:
    """A block that can be executed, with our package for NengoDL."""
    for name, real in STAND_INS.items():
        block = block.replace(name, real)
    block = re.sub(r"^( *)\.\.\.$", r"\1nengo.Ensemble(10, 1)", block, flags=re.MULTILINE)
    if "nengo.Network()" not in block:
        block = "with nengo.Network() as net:\n" + textwrap.indent(block, "    ")
    return block.replace("nengo_dl", "nengo_explorer")


def network_of(block: str) -> nengo.Network:
    names: dict[str, Any] = {"nengo": nengo, "nengo_explorer": nengo_explorer}
    code = compile(completed(block), "<code block>", "exec")
    exec(code, names)  # noqa: S102 - that examples can be executed is what is tested
    net = names["net"]
    assert isinstance(net, nengo.Network)
    return net


BLOCKS = [
    pytest.param(block, id=f"{path.name}:{number}")
    for path in sorted(SEEDS.glob("*.txt"))
    for number, block in enumerate(code_blocks(path.read_text(encoding="utf-8")), start=1)
]
ABSENT = f"there is no folder {SEEDS.name} in {SEEDS.parent}, or nothing in it"
needs_seeds = pytest.mark.skipif(not BLOCKS, reason=ABSENT)


@needs_seeds
def test_twelve_examples_and_three_fragments_are_found() -> None:
    fragments = [is_fragment(str(block.values[0])) for block in BLOCKS]
    assert (fragments.count(False), fragments.count(True)) == (12, 3)


@needs_seeds
@pytest.mark.tf
@pytest.mark.parametrize("block", BLOCKS)
def test_code_block_runs_for_five_steps(block: str) -> None:
    net = network_of(block)
    with nengo_explorer.Simulator(net, progress_bar=False) as sim:
        sim.run_steps(5)
    assert sim.n_steps == 5
    for probe in net.all_probes:
        kept = nengo_explorer.settings.resolve_keep_history(net)[probe]
        assert len(sim.data[probe]) == (5 if kept else 1)


def test_blocks_are_told_from_prose() -> None:
    text = (
        "One can write\n\nwith nengo.Network() as net:\n    ...\n\n    a = 1\n\nsorter\n\nas in\n\n"
        "    nengo_dl.configure_settings(option0=val0)\n    nengo_dl.configure_settings()\n\nor."
    )
    first, second = code_blocks(text)
    assert first == "with nengo.Network() as net:\n    ...\n\n    a = 1"
    assert second.count("configure_settings") == 2
    assert not is_fragment(first)
    assert is_fragment(second)


def test_ellipsis_becomes_an_ensemble() -> None:
    net = network_of("with nengo.Network() as net:\n    ...")
    assert len(net.ensembles) == 1


def test_fragment_becomes_a_network_with_real_options() -> None:
    net = network_of("nengo_dl.configure_settings(option0=val0, option1=val1)")
    assert global_settings(net).lif_smoothing == 0.1
    ast.parse(completed("nengo_dl.configure_settings(config_option=config_value, ...)"))
