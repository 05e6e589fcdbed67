/**
 * The keyboard of a treegrid, as in the WAI-ARIA authoring practices: what a key means, given
 * where the focus is. No key handled here changes a setting; `menu` only opens the choices.
 */

import type { Selecting } from "./selection";

/** Column of a focus that is on the whole row. */
export const ROW = -1;

export interface Position {
  /** Index among the visible rows. */
  index: number;
  /** Index among the visible columns, or `ROW`. */
  column: number;
}

export interface Surroundings extends Position {
  rowCount: number;
  columnCount: number;
  /** Index of the column with the Setting control. */
  settingColumn: number;
  pageSize: number;
  parentIndex: number;
  expandable: boolean;
  expanded: boolean;
  /** Whether the Setting cell has a control. */
  settable: boolean;
  /** Number of selected rows. */
  selected: number;
  /** Whether a name is being typed. */
  typing: boolean;
}

export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export type Action =
  | ({ type: "focus"; selecting: Selecting } & Position)
  | { type: "toggle" }
  | { type: "expand_siblings" }
  | { type: "menu" }
  | { type: "type_ahead"; text: string }
  | { type: "toggle_selected" }
  | { type: "select_all" }
  | { type: "select_one" }
  | { type: "search" };

function focus(
  index: number,
  column: number,
  at: Surroundings,
  selecting: Selecting = "one",
): Action {
  const inside = Math.max(0, Math.min(at.rowCount - 1, index));
  return { type: "focus", index: inside, column, selecting };
}

function right(at: Surroundings): Action | null {
  if (at.column === ROW && at.expandable && !at.expanded) return { type: "toggle" };
  return at.column + 1 < at.columnCount ? focus(at.index, at.column + 1, at) : null;
}

function left(at: Surroundings): Action | null {
  if (at.column !== ROW) return focus(at.index, at.column - 1, at);
  if (at.expandable && at.expanded) return { type: "toggle" };
  return at.parentIndex >= 0 ? focus(at.parentIndex, ROW, at) : null;
}

function act(key: string, at: Surroundings): Action | null {
  const onSetting = at.column === at.settingColumn;
  if (onSetting) return at.settable ? { type: "menu" } : null;
  if (key === "Enter" && at.expandable) return { type: "toggle" };
  if (at.column <= 0 && at.settable) return { type: "menu" };
  return at.expandable && at.column <= 0 ? { type: "toggle" } : null;
}

/** Home and End: first or last cell of a row; first or last row from a row or with Control. */
function edge(last: boolean, ctrl: boolean, at: Surroundings, selecting: Selecting): Action {
  if (at.column === ROW || ctrl) return focus(last ? at.rowCount - 1 : 0, at.column, at, selecting);
  return focus(at.index, last ? at.columnCount - 1 : 0, at);
}

/** Keys that move between rows, as in a list of files: Shift selects, Control does not. */
function move(key: string, selecting: Selecting, at: Surroundings): Action | null {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: at.pageSize,
    PageUp: -at.pageSize,
  };
  const step = steps[key];
  return step === undefined ? null : focus(at.index + step, at.column, at, selecting);
}

function withControl(key: string, at: Surroundings): Action | null {
  if (key === "Home" || key === "End") return edge(key === "End", true, at, "one");
  if (key === " ") return { type: "toggle_selected" };
  if (key.toLowerCase() === "a") return { type: "select_all" };
  return key === "ArrowDown" || key === "ArrowUp" ? move(key, "none", at) : null;
}

/** What a key does, or `null` when the key is not for the tree. */
export function actionOf(event: Key, at: Surroundings): Action | null {
  const { key } = event;
  if (event.altKey || at.rowCount === 0) return null;
  if (event.ctrlKey || event.metaKey) return withControl(key, at);
  const moved = move(key, event.shiftKey ? "extend" : "one", at);
  if (moved) return moved;
  switch (key) {
    case "ArrowRight":
      return right(at);
    case "ArrowLeft":
      return left(at);
    case "Home":
    case "End":
      return edge(key === "End", false, at, event.shiftKey ? "extend" : "one");
    case " ":
      // A name that is being typed may have more than one word.
      if (at.typing) return { type: "type_ahead", text: key };
      return event.shiftKey ? null : act(key, at);
    case "Enter":
      return event.shiftKey ? null : act(key, at);
    case "*":
      return { type: "expand_siblings" };
    case "Escape":
      return at.selected > 1 ? { type: "select_one" } : null;
    case "/":
      return at.typing ? { type: "type_ahead", text: key } : { type: "search" };
    default:
      return [...key].length === 1 ? { type: "type_ahead", text: key } : null;
  }
}

const TYPE_AHEAD_MS = 700;

/** Collects the letters typed in quick succession. */
export class TypeAhead {
  private text = "";
  private last = Number.NEGATIVE_INFINITY;

  isGoingOn(now: number): boolean {
    return now - this.last < TYPE_AHEAD_MS;
  }

  add(letter: string, now: number): string {
    this.text = this.isGoingOn(now) ? this.text + letter : letter;
    this.last = now;
    return this.text;
  }
}

/** Index of the next row that starts with the text, from the focused row on, or -1. */
export function findTyped(
  typed: string,
  from: number,
  count: number,
  nameOf: (index: number) => string,
): number {
  const wanted = typed.toLocaleLowerCase();
  // A first letter moves on; further letters may stay on the row that already matches. The same
  // letter again and again goes through the rows that start with it.
  const repeated = [...wanted].every((letter) => letter === wanted[0]);
  const text = repeated ? wanted.slice(0, 1) : wanted;
  const first = repeated ? from + 1 : from;
  for (let step = 0; step < count; step++) {
    const index = (first + step) % count;
    if (nameOf(index).toLocaleLowerCase().startsWith(text)) return index;
  }
  return -1;
}
