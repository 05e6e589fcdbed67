/** Which rows are selected, as in file managers: one, a range, or any. */

/** What a movement does to the selection: choose the row alone, up to it, or nothing. */
export type Selecting = "one" | "extend" | "none";

export class Selection {
  private rows = new Set<number>([0]);
  private anchor = 0;

  get size(): number {
    return this.rows.size;
  }

  has(row: number): boolean {
    return this.rows.has(row);
  }

  /** Selected rows in the order of the tree. */
  sorted(): number[] {
    return [...this.rows].sort((a, b) => a - b);
  }

  one(row: number): void {
    this.rows = new Set([row]);
    this.anchor = row;
  }

  toggle(row: number): void {
    if (!this.rows.delete(row)) this.rows.add(row);
    // Something is always selected: the explanation needs a row.
    if (this.rows.size === 0) this.rows.add(row);
    this.anchor = row;
  }

  /** All visible rows from the one chosen last to this one. */
  extend(row: number, visible: Int32Array, indexOf: (row: number) => number): void {
    const from = indexOf(this.anchor);
    const to = indexOf(row);
    if (from < 0 || to < 0) {
      this.one(row);
      return;
    }
    this.rows = new Set(visible.subarray(Math.min(from, to), Math.max(from, to) + 1));
  }

  all(visible: Int32Array): void {
    this.rows = new Set(visible);
  }
}
