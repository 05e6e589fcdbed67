"""The directive `options-table`: the table of options, from the one that the package has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from docutils.parsers.rst import Directive

from nengo_explorer.settings import COST_TEXTS, OPTIONS, Option, catalogue

if TYPE_CHECKING:
    from sphinx.application import Sphinx

HEADER = ("Option", "What it is", "A change of it")
WIDTHS = (20, 55, 25)


class OptionsTable(Directive):
    """A row for each option, in the order of the catalogue."""

    def run(self) -> list[nodes.Node]:
        """Make the table, again whenever the catalogue or this file changes."""
        environment = self.state.document.settings.env
        for file in (catalogue.__file__, __file__):
            environment.note_dependency(file)
        group = nodes.tgroup(cols=len(HEADER))
        group += [nodes.colspec(colwidth=width) for width in WIDTHS]
        head = nodes.thead()
        head += _row([[nodes.Text(title)] for title in HEADER])
        body = nodes.tbody()
        for option in OPTIONS.values():
            body += _row(_cells(option))
        group += [head, body]
        table = nodes.table()
        table += group
        return [table]


def _cells(option: Option) -> list[list[nodes.Node]]:
    defaults = option.default if isinstance(option.default, tuple) else (option.default,)
    text: list[nodes.Node] = [nodes.Text(f"{option.summary} {option.help} Default: ")]
    for number, default in enumerate(defaults):
        text += [nodes.Text(", ")] if number else []
        text.append(nodes.literal(text=str(default)))
    return [
        [nodes.literal(text=option.name)],
        [*text, nodes.Text(".")],
        [nodes.Text(COST_TEXTS[option.cost])],
    ]


def _row(cells: list[list[nodes.Node]]) -> nodes.row:
    row = nodes.row()
    for cell in cells:
        entry = nodes.entry()
        paragraph = nodes.paragraph()
        paragraph += cell
        entry += paragraph
        row += entry
    return row


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("options-table", OptionsTable)
    return {"parallel_read_safe": True}
