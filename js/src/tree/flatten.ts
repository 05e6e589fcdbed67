/** From the columns of the structure to the rows that are shown. */
import type { Rows } from "../decode";

/** Facts about the tree that depend on nothing but the structure. */
export interface Hierarchy {
  /** (count) depth of each row; 1 for a root, as in `aria-level`. */
  level: Uint16Array;
  /** (count) first row behind the subtree of each row. */
  end: Int32Array;
}

export function hierarchyOf(rows: Pick<Rows, "count" | "parent">): Hierarchy {
  const level = new Uint16Array(rows.count);
  const end = new Int32Array(rows.count);
  for (let row = 0; row < rows.count; row++) {
    const parent = rows.parent[row] ?? -1;
    level[row] = parent < 0 ? 1 : (level[parent] ?? 0) + 1;
  }
  for (let row = rows.count - 1; row >= 0; row--) {
    if (end[row] === 0) end[row] = row + 1;
    const parent = rows.parent[row] ?? -1;
    // The last child is seen first, and its end is the end of its parent.
    if (parent >= 0 && end[parent] === 0) end[parent] = end[row] ?? 0;
  }
  return { level, end };
}

export function hasChildren(hierarchy: Hierarchy, row: number): boolean {
  return (hierarchy.end[row] ?? 0) > row + 1;
}

/** Rows in view order, with their place among their siblings. */
export interface Visible {
  rows: Int32Array;
  /** (number of rows) place of a visible row among its visible siblings, from 1. */
  position: Int32Array;
  /** Number of visible siblings of a visible row, itself included. */
  siblings(index: number): number;
  /** Index of a row, or -1 when it is hidden. */
  indexOf(row: number): number;
}

export function visibleRows(
  rows: Pick<Rows, "count" | "parent">,
  hierarchy: Hierarchy,
  expanded: Uint8Array,
  keep: Uint8Array | null,
): Visible {
  const shown = new Int32Array(rows.count);
  const position = new Int32Array(rows.count);
  const indexes = new Int32Array(rows.count).fill(-1);
  const children = new Int32Array(rows.count + 1);
  let n = 0;
  let row = 0;
  while (row < rows.count) {
    const end = hierarchy.end[row] ?? row + 1;
    if (keep && !keep[row]) {
      row = end;
      continue;
    }
    const slot = (rows.parent[row] ?? -1) + 1;
    children[slot] = (children[slot] ?? 0) + 1;
    position[n] = children[slot] ?? 1;
    indexes[row] = n;
    shown[n++] = row;
    row = expanded[row] ? row + 1 : end;
  }
  return {
    rows: shown.subarray(0, n),
    position: position.subarray(0, n),
    siblings: (index) => children[(rows.parent[shown[index] ?? 0] ?? -1) + 1] ?? 1,
    indexOf: (wanted) => indexes[wanted] ?? -1,
  };
}
