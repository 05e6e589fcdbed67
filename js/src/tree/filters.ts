/** Which rows somebody looks for: by name, kind, and state. */
import type { Rows, States } from "../decode";
import type { Hierarchy } from "./flatten";
import { hasRule, hasWarning, isTrained } from "./labels";

/** Rows with a rule of their own; parameters that are trained; rows with a warning. */
export type StateFilter = "set_here" | "trained" | "warning";

export interface Criteria {
  /** Part of a name, in upper or lower case. */
  text: string;
  /** A kind of row; empty for all. */
  kind: string;
  /** All of these have to hold. */
  states: readonly StateFilter[];
}

export const NO_CRITERIA: Criteria = { text: "", kind: "", states: [] };

export interface Filtered {
  /** (count) 1 for what is shown: matches, ancestors, and what matches contain. */
  keep: Uint8Array;
  /** (count) 1 for the ancestors of matches: a search opens the way to what it found. */
  expanded: Uint8Array;
  /** (count) 1 for matches. */
  matching: Uint8Array;
  matches: number;
}

const HOLDS: Record<StateFilter, (rows: Rows, states: States, row: number) => boolean> = {
  set_here: (_, states, row) => hasRule(states, row),
  trained: (rows, states, row) => isTrained(rows, states, row),
  warning: (_, states, row) => hasWarning(states, row),
};

/** Names in lower case, made once for all searches in a network. */
const lowered = new WeakMap<object, string[]>();

function lowerNames(rows: Pick<Rows, "count" | "names">): string[] {
  let names = lowered.get(rows);
  if (!names) {
    names = Array.from({ length: rows.count }, (_, row) => rows.names.get(row).toLocaleLowerCase());
    lowered.set(rows, names);
  }
  return names;
}

export function asksForNothing({ text, kind, states }: Criteria): boolean {
  return text.trim() === "" && kind === "" && states.length === 0;
}

function matcher(rows: Rows, criteria: Criteria, states: States | null): (row: number) => boolean {
  const wanted = criteria.text.trim().toLocaleLowerCase();
  const names = wanted === "" ? null : lowerNames(rows);
  const kind = criteria.kind === "" ? -1 : rows.kinds.indexOf(criteria.kind);
  return (row) =>
    (kind < 0 || rows.kind[row] === kind) &&
    (names === null || (names[row] ?? "").includes(wanted)) &&
    criteria.states.every((filter) => states !== null && HOLDS[filter](rows, states, row));
}

/**
 * Rows that match, or `null` if nothing is asked for.
 *
 * `pinned` is a row that stays although it does not match: a row should not vanish under the hands
 * of somebody who has just changed it.
 */
export function filterRows(
  rows: Rows,
  hierarchy: Hierarchy,
  criteria: Criteria,
  states: States | null = null,
  pinned = -1,
): Filtered | null {
  if (asksForNothing(criteria)) return null;
  const matches = matcher(rows, criteria, states);
  const keep = new Uint8Array(rows.count);
  const expanded = new Uint8Array(rows.count);
  const matching = new Uint8Array(rows.count);
  // Who looks for a name wants to see what is in it; who looks for states, only rows in that state.
  const withContents = criteria.states.length === 0;
  let found = 0;
  const show = (row: number) => {
    keep.fill(1, row, withContents ? hierarchy.end[row] : row + 1);
    for (let up = rows.parent[row] ?? -1; up >= 0 && !expanded[up]; up = rows.parent[up] ?? -1) {
      keep[up] = 1;
      expanded[up] = 1;
    }
  };
  for (let row = 0; row < rows.count; row++) {
    if (!matches(row)) continue;
    found++;
    matching[row] = 1;
    show(row);
  }
  if (pinned >= 0 && pinned < rows.count && !keep[pinned]) show(pinned);
  return { keep, expanded, matching, matches: found };
}
