/** What Python never sees: expansion, filter, focus and selection of one view. */
import type { Rows } from "./decode";
import {
  type Filtered,
  filterRows,
  type Hierarchy,
  hasChildren,
  hierarchyOf,
  type Visible,
  visibleRows,
} from "./tree/flatten";
import { ROW } from "./tree/keyboard";

/** Trees smaller than this start with everything expanded. */
const EXPAND_ALL_BELOW = 200;

export class ViewState {
  readonly hierarchy: Hierarchy;
  visible: Visible;
  /** Row (not index) that has the tab stop. */
  focusedRow = 0;
  focusedColumn = ROW;
  selectedRow = 0;
  query = "";
  filtered: Filtered | null = null;
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

  setQuery(query: string): void {
    this.query = query;
    this.filtered = filterRows(this.rows, this.hierarchy, query);
    this.update();
  }

  /** Focus and select a visible row. */
  focus(row: number, column: number): void {
    this.focusedRow = row;
    this.focusedColumn = column;
    this.selectedRow = row;
    this.notify();
  }

  /** Focus and select any row: opens its ancestors, and drops a filter that hides it. */
  reveal(row: number): void {
    if (row < 0 || row >= this.rows.count) return;
    if (this.filtered && !this.filtered.keep[row]) {
      this.query = "";
      this.filtered = null;
    }
    for (let up = this.parent(row); up >= 0; up = this.parent(up)) this.expansion[up] = 1;
    this.focusedRow = row;
    this.focusedColumn = ROW;
    this.selectedRow = row;
    for (const listener of [...this.revealers]) listener();
    this.update();
  }

  /** Names from the root to a row. */
  path(row: number): string[] {
    const names: string[] = [];
    for (let up = row; up >= 0; up = this.parent(up)) names.unshift(this.rows.names.get(up));
    return names;
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
    this.query = previous.query;
    this.filtered = filterRows(this.rows, this.hierarchy, this.query);
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
