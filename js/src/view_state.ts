/** What Python never sees: expansion, filter, focus and selection of one view. */
import type { Rows, States } from "./decode";
import { type Criteria, type Filtered, filterRows, NO_CRITERIA } from "./tree/filters";
import {
  type Hierarchy,
  hasChildren,
  hierarchyOf,
  type Visible,
  visibleRows,
} from "./tree/flatten";
import { ROW } from "./tree/keyboard";
import { type Selecting, Selection } from "./tree/selection";

/** Trees smaller than this start with everything expanded. */
const EXPAND_ALL_BELOW = 200;

export class ViewState {
  readonly hierarchy: Hierarchy;
  visible: Visible;
  /** Row (not index) that has the tab stop. */
  focusedRow = 0;
  focusedColumn = ROW;
  /** The row that is explained. */
  selectedRow = 0;
  readonly selection = new Selection();
  criteria: Criteria = NO_CRITERIA;
  filtered: Filtered | null = null;
  private states: States | null = null;
  private readonly expanded: Uint8Array;
  private readonly listeners = new Set<() => void>();
  private readonly revealers = new Set<() => void>();

  /** `previous`: view of an older structure, whose expansion and focus are taken over by path. */
  constructor(
    readonly rows: Rows,
    previous: ViewState | null = null,
  ) {
    this.hierarchy = hierarchyOf(rows);
    this.expanded = new Uint8Array(rows.count);
    this.expandAtStart();
    if (previous) this.takeOver(previous);
    this.visible = this.flatten();
    this.settleFocus();
  }

  subscribe(listener: () => void, signal: AbortSignal): void {
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener), { once: true });
  }

  /** Hear of rows shown by `reveal`: the keyboard focus should go there. */
  onReveal(listener: () => void, signal: AbortSignal): void {
    this.revealers.add(listener);
    signal.addEventListener("abort", () => this.revealers.delete(listener), { once: true });
  }

  isExpandable(row: number): boolean {
    return hasChildren(this.hierarchy, row);
  }

  isExpanded(row: number): boolean {
    return this.expansion[row] === 1;
  }

  /** Depth from 1, as in `aria-level`. */
  level(row: number): number {
    return this.hierarchy.level[row] ?? 1;
  }

  parent(row: number): number {
    return this.rows.parent[row] ?? -1;
  }

  toggle(row: number): void {
    if (!this.isExpandable(row)) return;
    this.expansion[row] = this.isExpanded(row) ? 0 : 1;
    this.update();
  }

  setAllExpanded(open: boolean): void {
    this.expansion.fill(open ? 1 : 0);
    if (!open)
      for (let row = 0; row < this.rows.count; row = this.next(row)) this.expansion[row] = 1;
    this.update();
  }

  expandSiblings(row: number): void {
    const parent = this.parent(row);
    const end = parent < 0 ? this.rows.count : (this.hierarchy.end[parent] ?? 0);
    for (let sibling = parent + 1; sibling < end; sibling = this.next(sibling)) {
      this.expansion[sibling] = 1;
    }
    this.update();
  }

  /** Look for rows; what is not given stays as it was asked for. */
  search(change: Partial<Criteria>): void {
    this.criteria = { ...this.criteria, ...change };
    this.filter(-1);
    this.update();
  }

  /** Row states have changed, and with them perhaps what matches. */
  statesChanged(states: States | null): void {
    this.states = states;
    if (this.criteria.states.length === 0) return;
    this.filter(this.selectedRow);
    this.update();
  }

  /** Focus a visible row, and explain and select it unless something else is said. */
  focus(row: number, column: number, selecting: Selecting = "one"): void {
    this.focusedRow = row;
    this.focusedColumn = column;
    if (selecting !== "none") this.select(row, selecting);
    this.notify();
  }

  /** Add a row to the selection, or take it away. */
  toggleSelected(row: number): void {
    this.selection.toggle(row);
    this.selectedRow = row;
    this.notify();
  }

  selectAll(): void {
    this.selection.all(this.visible.rows);
    this.notify();
  }

  /** Back to the one row that is explained. */
  selectOne(): void {
    this.selection.one(this.selectedRow);
    this.notify();
  }

  /** Focus the first match; false if there is none. */
  focusMatch(): boolean {
    const { filtered, visible } = this;
    const row = visible.rows.find((shown) => !filtered || filtered.matching[shown] === 1);
    if (row === undefined) return false;
    this.go(row);
    this.notify();
    return true;
  }

  /** Focus and select any row: opens its ancestors, and drops a filter that hides it. */
  reveal(row: number): void {
    if (row < 0 || row >= this.rows.count) return;
    if (this.filtered && !this.filtered.keep[row]) {
      this.criteria = NO_CRITERIA;
      this.filtered = null;
    }
    for (let up = this.parent(row); up >= 0; up = this.parent(up)) this.expansion[up] = 1;
    this.go(row);
    this.update();
  }

  /** Names from the root to a row. */
  path(row: number): string[] {
    const names: string[] = [];
    for (let up = row; up >= 0; up = this.parent(up)) names.unshift(this.rows.names.get(up));
    return names;
  }

  private go(row: number): void {
    this.focusedRow = row;
    this.focusedColumn = ROW;
    this.select(row, "one");
    for (const listener of [...this.revealers]) listener();
  }

  private select(row: number, selecting: Selecting): void {
    this.selectedRow = row;
    if (selecting === "extend") {
      this.selection.extend(row, this.visible.rows, this.visible.indexOf);
    } else {
      this.selection.one(row);
    }
  }

  private filter(pinned: number): void {
    const { rows, hierarchy, criteria, states } = this;
    this.filtered = filterRows(rows, hierarchy, criteria, states, pinned);
  }

  private get expansion(): Uint8Array {
    return this.filtered?.expanded ?? this.expanded;
  }

  /** First row behind a subtree: the next sibling, if there is one. */
  private next(row: number): number {
    return this.hierarchy.end[row] ?? row + 1;
  }

  private flatten(): Visible {
    return visibleRows(this.rows, this.hierarchy, this.expansion, this.filtered?.keep ?? null);
  }

  private update(): void {
    this.visible = this.flatten();
    this.settleFocus();
    this.notify();
  }

  /** A focus must be on a visible row: the closest visible ancestor takes it over. */
  private settleFocus(): void {
    let row = this.focusedRow;
    while (row >= 0 && this.visible.indexOf(row) < 0) row = this.parent(row);
    if (row === this.focusedRow) return;
    this.focusedRow = row >= 0 ? row : (this.visible.rows[0] ?? 0);
    this.focusedColumn = ROW;
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private expandAtStart(): void {
    if (this.rows.count < EXPAND_ALL_BELOW) {
      this.expanded.fill(1);
      return;
    }
    for (let row = 0; row < this.rows.count; row = this.next(row)) this.expanded[row] = 1;
  }

  private takeOver(previous: ViewState): void {
    const before = new Map(keysOf(previous.rows).map((key, row) => [key, row]));
    keysOf(this.rows).forEach((key, row) => {
      const old = before.get(key);
      if (old === undefined) return;
      if (previous.isExpandable(old)) this.expanded[row] = previous.expanded[old] ?? 0;
      if (old === previous.focusedRow) this.focusedRow = row;
      if (old === previous.selectedRow) this.selectedRow = row;
    });
    this.selection.one(this.selectedRow);
    this.criteria = previous.criteria;
    this.filter(-1);
  }
}

/** What tells rows of two structures to be the same: names from the root, counting equal ones. */
function keysOf(rows: Rows): string[] {
  const keys: string[] = [];
  const seen = new Map<string, number>();
  for (let row = 0; row < rows.count; row++) {
    const key = `${keys[rows.parent[row] ?? -1] ?? ""}\n${rows.names.get(row)}`;
    const earlier = seen.get(key) ?? 0;
    seen.set(key, earlier + 1);
    keys.push(earlier > 0 ? `${key}\t${earlier}` : key);
  }
  return keys;
}
