"""The records that travel between Python and the browser have the same fields on both sides."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args, is_typeddict

import pytest

from nengo_explorer.explorer import actions, codes, messages, wire
from nengo_explorer.explorer.actions import (
    bulk,
    lesson,
    linting,
    plots,
    proof,
    saving,
    settings,
    simulation,
)
from nengo_explorer.explorer.widget import Explorer

FRONTEND = Path(__file__).resolve().parents[1] / "js" / "src"
INTERFACE = re.compile(r"^export interface (\w+) \{\n(.*?)^\}", re.DOTALL | re.MULTILINE)
FIELD = re.compile(r"^  (\w+)\??: (.*?);$", re.MULTILINE)
CHOICE = re.compile(r"^export type (\w+) = ((?:\"[^\"]+\"(?: \| )?)+);", re.MULTILINE)


def text_of(file: str) -> str:
    return (FRONTEND / file).read_text(encoding="utf-8")


def interfaces(file: str) -> dict[str, dict[str, str]]:
    """Fields of every interface that a file exports, with their types."""
    return {name: dict(FIELD.findall(body)) for name, body in INTERFACE.findall(text_of(file))}


def records(module: object) -> dict[str, set[str]]:
    """Fields of every record that a module defines."""
    return {n: set(v.__annotations__) for n, v in vars(module).items() if is_typeddict(v)}


TWINS = [
    ("model.ts", wire),
    ("messages.ts", messages),
    ("actions/settings.ts", settings),
    ("actions/bulk.ts", bulk),
    ("actions/simulation.ts", simulation),
    ("actions/linting.ts", linting),
    ("actions/plots.ts", plots),
    ("actions/proof.ts", proof),
    ("actions/saving.ts", saving),
    ("actions/lesson.ts", lesson),
]
PARTS = [file for file, _ in TWINS if file.startswith("actions/")]


@pytest.mark.parametrize(("file", "module"), TWINS)
def test_records_have_the_same_fields(file: str, module: object) -> None:
    theirs = {name: set(fields) for name, fields in interfaces(file).items()}
    ours = records(module)
    assert {name: theirs.get(name) for name in ours} == ours


@pytest.mark.parametrize(("file", "module"), TWINS)
def test_choices_are_the_same(file: str, module: object) -> None:
    found = CHOICE.findall(text_of(file))
    for name, choices in found:
        assert set(re.findall(r'"([^"]+)"', choices)) == set(get_args(getattr(module, name))), name


def test_records_and_choices_are_found_at_all() -> None:
    assert "Explanation" in records(settings)
    assert "Status" in records(wire)
    assert "RuleSetting" in dict(CHOICE.findall(text_of("actions/settings.ts")))
    assert "Phase" in dict(CHOICE.findall(text_of("model.ts")))


def test_every_part_is_compared() -> None:
    assert {path.name for path in (FRONTEND / "actions").iterdir()} == {
        Path(part).name for part in PARTS
    }


@pytest.mark.parametrize(("file", "module"), [t for t in TWINS if t[0] in PARTS])
def test_actions_have_the_same_arguments(file: str, module: Any) -> None:
    of_part = [fields for name, fields in interfaces(file).items() if name.endswith("Actions")]
    (theirs,) = of_part
    arguments = {name: set(re.findall(r"(\w+):", kind)) for name, kind in theirs.items()}
    assert arguments == {n: set(action.arguments) for n, action in module.ACTIONS.items()}


def test_every_action_is_in_one_part() -> None:
    of_parts = [name for file, module in TWINS if file in PARTS for name in module.ACTIONS]
    assert sorted(of_parts) == sorted(actions.ACTIONS)


def test_traits_are_the_same() -> None:
    hidden = ("_", "layout", "comm", "keys", "log", "tabbable", "tooltip")
    ours = {name for name in Explorer.class_trait_names(sync=True) if not name.startswith(hidden)}
    assert set(interfaces("model.ts")["ExplorerTraits"]) == ours


def test_codes_of_settings_are_the_same() -> None:
    choices = re.findall(r'setting: "(\w+)", code: (\d+)', text_of("tree/labels.ts"))
    assert len(choices) == 6  # three for what is trained, three for histories
    assert all(codes.Setting[name.upper()] == int(code) for name, code in choices)


def test_codes_of_what_is_in_force_are_the_same() -> None:
    text = text_of("tree/labels.ts")
    order = re.search(r"const EFFECTIVE = \[(.*)\];", text)
    mixed = re.search(r"const MIXED_CODE = (\d+);", text)
    hidden = re.search(r"const HIDDEN_CODE = (\d+);", text)
    assert order is not None
    assert mixed is not None
    assert hidden is not None
    names = ["INFERENCE_ONLY" if n == "INFERENCE" else n for n in order[1].split(", ")]
    apart = (codes.Effective.MIXED, codes.Effective.HIDDEN)
    assert names == [code.name for code in codes.Effective if code not in apart]
    assert int(hidden[1]) == codes.Effective.HIDDEN
    assert int(mixed[1]) == codes.Effective.MIXED
