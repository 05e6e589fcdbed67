/**
 * The keyboard of a treegrid, as in the WAI-ARIA authoring practices: what a key means, given
 * where the focus is. No key handled here changes a setting; `menu` only opens the choices.
 */

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
  settable: boolean;
}

export interface Key {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export type Action =
  | ({ type: "focus" } & Position)
  | { type: "toggle" }
  | { type: "expand_siblings" }
  | { type: "menu" }
  | { type: "type_ahead"; text: string };

function focus(index: number, column: number, at: Surroundings): Action {
  return { type: "focus", index: Math.max(0, Math.min(at.rowCount - 1, index)), column };
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
function edge(last: boolean, ctrl: boolean, at: Surroundings): Action {
  if (at.column === ROW || ctrl) return focus(last ? at.rowCount - 1 : 0, at.column, at);
  return focus(at.index, last ? at.columnCount - 1 : 0, at);
}

/** What a key does, or `null` when the key is not for the tree. */
export function actionOf(event: Key, at: Surroundings): Action | null {
  const { key } = event;
  if (event.altKey || event.metaKey || at.rowCount === 0) return null;
  if (event.ctrlKey) {
    if (key === "Home" || key === "End") return edge(key === "End", true, at);
    return null;
  }
  switch (key) {
    case "ArrowDown":
      return focus(at.index + 1, at.column, at);
    case "ArrowUp":
      return focus(at.index - 1, at.column, at);
    case "ArrowRight":
      return right(at);
    case "ArrowLeft":
      return left(at);
    case "PageDown":
      return focus(at.index + at.pageSize, at.column, at);
    case "PageUp":
      return focus(at.index - at.pageSize, at.column, at);
    case "Home":
    case "End":
      return edge(key === "End", false, at);
    case "Enter":
    case " ":
      return act(key, at);
    case "*":
      return { type: "expand_siblings" };
    default:
      return [...key].length === 1 ? { type: "type_ahead", text: key } : null;
  }
}

const TYPE_AHEAD_MS = 700;

/** Collects the letters typed in quick succession. */
export class TypeAhead {
  private text = "";
  private last = Number.NEGATIVE_INFINITY;

  add(letter: string, now: number): string {
    this.text = now - this.last < TYPE_AHEAD_MS ? this.text + letter : letter;
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
