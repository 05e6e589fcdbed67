"""Tree, reasons and plots as static HTML: no kernel, no scripts, nothing from a network.

Pages are made as element trees and then serialised, which escapes all text: labels and errors of
a model cannot become markup.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import Element, SubElement, tostring

from nengo_explorer.explorer.codes import Control, Setting
from nengo_explorer.explorer.option_values import catalogue
from nengo_explorer.explorer.why import explain_row, state_text
from nengo_explorer.settings import unread_settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nengo_explorer.explorer.actions.settings import Explanation
    from nengo_explorer.explorer.network_view import NetworkView
    from nengo_explorer.explorer.tree import Snapshot
    from nengo_explorer.explorer.wire import GlobalValue, Plot, Theme
    from nengo_explorer.settings import UnreadSetting

#: Rows on a page that is written to a file, and in the output of a cell.
MOST_ROWS: Final = 2000
MOST_ROWS_IN_CELL: Final = 200
#: In a network with more rows reasons take too long to find for a picture.
MOST_EXPLAINED: Final = 20_000

_SETTINGS: Final = {
    Setting.NOTHING: "",
    Setting.INHERIT: "Inherit",
    Setting.ON: "On",
    Setting.OFF: "Off",
    Setting.NO_OPINION: "No opinion here",
}
_HISTORIES: Final = {**_SETTINGS, Setting.ON: "Every step", Setting.OFF: "Last step"}
_OUTCOMES: Final = {"wins": "decides", "no opinion": "no opinion", "default": "default"}
_BACKGROUNDS: Final = {"light": "#ffffff", "dark": "#111111"}
_STYLE: Final = """
.nengo-explorer-page { font: 14px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff;
  padding: 12px; max-width: 1000px; }
.nengo-explorer-page details { margin-left: 1.1em; }
.nengo-explorer-page summary { cursor: pointer; padding: 3px 0; min-height: 24px; }
.nengo-explorer-page .why { margin: 2px 0 8px 1.1em; padding: 6px 10px;
  border-left: 3px solid #0072b2; background: #f4f7fa; }
.nengo-explorer-page .muted { color: #595959; }
.nengo-explorer-page .value { font-weight: 600; }
.nengo-explorer-page pre { white-space: pre-wrap; margin: 4px 0; }
.nengo-explorer-page img { max-width: 100%; height: auto; }
.nengo-explorer-page table { border-collapse: collapse; }
.nengo-explorer-page td, .nengo-explorer-page th { text-align: left; padding: 2px 12px 2px 0; }
@media (prefers-color-scheme: dark) {
  body:has(> main > .nengo-explorer-page) { background: #1e1e1e; }
  main > .nengo-explorer-page { color: #e8e8e8; background: #1e1e1e; }
  main > .nengo-explorer-page .why { background: #262b30; }
  main > .nengo-explorer-page .muted { color: #b5b5b5; }
}
"""
#: Whatever a page holds, a browser loads nothing for it.
_POLICY: Final = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def page_of(
    now: Snapshot, options: Mapping[str, GlobalValue], plots: Sequence[Plot], theme: Theme
) -> str:
    """A whole HTML page.

    Parameters
    ----------
    now : Snapshot
        Rows and their states.
    options : dict of str to GlobalValue
        Global options as they are shown.
    plots : sequence of Plot
        The plots as they were drawn last.
    theme : str
        The page that they were drawn for, "light" or "dark"; they are transparent.
    """
    root = Element("html", {"lang": "en"})
    head = SubElement(root, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width"})
    _text(head, "title", f"{now.view.labels[0]}: settings")
    main = SubElement(SubElement(root, "body"), "main")
    main.append(_content(now, options, plots, theme, MOST_ROWS, heading=1))
    return "<!DOCTYPE html>\n" + _serialised(root)


def fragment_of(
    now: Snapshot, options: Mapping[str, GlobalValue], plots: Sequence[Plot], theme: Theme
) -> str:
    """The same for the output of a cell, with fewer rows; see `page_of`."""
    return _serialised(_content(now, options, plots, theme, MOST_ROWS_IN_CELL, heading=3))


def _serialised(root: Element) -> str:
    text = tostring(root, encoding="unicode", method="html")
    # Labels may hold halves of characters, which no file can.
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _text(parent: Element, tag: str, text: str, **attributes: str) -> Element:
    """A new element with text in it."""
    names = {name.rstrip("_"): value for name, value in attributes.items()}
    element = SubElement(parent, tag, names)
    element.text = text
    return element


def _content(
    now: Snapshot,
    options: Mapping[str, GlobalValue],
    plots: Sequence[Plot],
    theme: Theme,
    most: int,
    *,
    heading: int,
) -> Element:
    """Everything, with headings of a level and the next one below it."""
    heads = (f"h{heading}", f"h{heading + 1}")
    root = Element("div", {"class": "nengo-explorer-page"})
    SubElement(root, "style").text = _STYLE
    _text(root, heads[0], now.view.labels[0], dir="auto")
    _text(
        root,
        "p",
        "A picture of the explorer as it was. To change something, run the notebook.",
        class_="muted",
    )
    _text(root, heads[1], "Network")
    _add_tree(root, now, most)
    _text(root, heads[1], "Options")
    _add_options(root, options)
    if plots:
        _text(root, heads[1], "Plots")
    for plot in plots:
        _add_plot(root, plot, theme)
    return root


# ---- tree ---------------------------------------------------------------------------------------


def _add_tree(root: Element, now: Snapshot, most: int) -> None:
    """All rows, each inside of its parent."""
    view = now.view
    places: dict[int, Element] = {-1: root}
    shown = min(len(view), most)
    unread = unread_settings(view.net)
    for row in range(shown):
        place = SubElement(places[int(view.parent[row])], "details", _opened(view, row))
        places[row] = place
        _add_row(place, now, row, unread)
    if shown < len(view):
        _text(root, "p", f"{len(view) - shown} more rows are not shown.", class_="muted")
    if len(view) > MOST_EXPLAINED:
        _text(root, "p", "Reasons are left out for a network of this size.", class_="muted")


def _opened(view: NetworkView, row: int) -> dict[str, str]:
    """Only the outermost network is open at first."""
    return {"open": "open"} if view.parent[row] < 0 else {}


def _add_row(place: Element, now: Snapshot, row: int, unread: Sequence[UnreadSetting]) -> None:
    """Summary and reasons of a row."""
    view = now.view
    summary = SubElement(place, "summary")
    _text(summary, "span", view.labels[row], class_="value", dir="auto").tail = " "
    _text(summary, "span", view.sizes[row], class_="muted").tail = " "
    setting, state = _setting_of(now, row), state_text(now.states, row)
    said = [f"Setting: {setting}"] if setting else []
    if state:
        said.append(f"Effective: {state}")
    _text(summary, "span", ", ".join(said))
    if len(view) <= MOST_EXPLAINED:
        explanation = explain_row(view, now.states, row, unread)
        _add_why(SubElement(place, "div", {"class": "why"}), explanation)


def _setting_of(now: Snapshot, row: int) -> str:
    controls = int(now.view.controls[row])
    if controls & Control.TRAINABLE:
        return _SETTINGS[Setting(int(now.states.setting[row]))]
    if controls & Control.KEEP_HISTORY:
        return _HISTORIES[Setting(int(now.states.keep_setting[row]))]
    return ""


def _add_why(place: Element, explanation: Explanation) -> None:
    if explanation["reason"]:
        _text(place, "div", explanation["reason"])
    for warning in explanation["warnings"]:
        _text(place, "div", f"Warning: {warning}")
    if explanation["rules"]:
        rules = SubElement(place, "ol")
        for rule in explanation["rules"]:
            line = SubElement(rules, "li")
            lost = rule["outcome"] == "overridden"
            said = f"{rule['target']}: {rule['setting']}"
            _text(line, "s" if lost else "span", said).tail = " "
            end = f"overridden by {rule['overridden_by']}" if lost else _OUTCOMES[rule["outcome"]]
            where = f", set on {rule['network']}" if rule["network"] else ""
            _text(line, "span", f"({end}{where})", class_="muted")
    if explanation["code"]:
        _text(place, "pre", explanation["code"])


# ---- options and plots --------------------------------------------------------------------------


def _add_options(root: Element, options: Mapping[str, GlobalValue]) -> None:
    table = SubElement(root, "table")
    for entry in catalogue():
        value = options.get(entry["name"])
        if value is None:
            continue
        line = SubElement(table, "tr")
        _text(line, "th", entry["label"], scope="row")
        _text(line, "td", value["label"])
        _text(line, "td", entry["summary"], class_="muted")


def _add_plot(root: Element, plot: Plot, theme: Theme) -> None:
    figure = SubElement(root, "figure")
    title = plot["title"] + (" (from previous settings)" if plot["stale"] else "")
    _text(figure, "figcaption", title, dir="auto")
    if plot["png"] is not None:
        data = base64.b64encode(plot["png"]).decode("ascii")
        attributes: dict[str, Any] = {
            "src": f"data:image/png;base64,{data}",
            "alt": plot["alt"],
            "width": str(plot["width"]),
            "style": f"background: {_BACKGROUNDS[theme]}",
        }
        SubElement(figure, "img", attributes)
    if plot["card"] is not None:
        _text(figure, "p", f"{plot['card']['label']}: {', '.join(plot['card']['values'])}")
    if plot["note"]:
        _text(figure, "p", plot["note"], class_="muted")
