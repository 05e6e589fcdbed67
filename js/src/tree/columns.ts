/** Columns of the tree, and which of them fit. */

export type ColumnName = "name" | "size" | "parameters" | "setting" | "effective";

export interface Column {
  name: ColumnName;
  title: string;
  /** Width in a CSS grid. */
  track: string;
  /** Whether there is no room for more than a word. */
  narrow?: boolean;
}

const NAME: Column = { name: "name", title: "Name", track: "minmax(0, 1fr)" };
const SIZE: Column = { name: "size", title: "Size", track: "152px" };
const PARAMETERS: Column = { name: "parameters", title: "Parameters", track: "88px" };
const SETTING: Column = { name: "setting", title: "Setting", track: "120px" };
const EFFECTIVE: Column = { name: "effective", title: "Effective", track: "176px" };

const NARROW_SETTING: Column = { ...SETTING, track: "112px" };
const NARROW_EFFECTIVE: Column = { ...EFFECTIVE, track: "132px", narrow: true };

// The same arrays each time, so that rows can tell that nothing has changed.
const LAYOUTS: [least: number, columns: Column[]][] = [
  [740, [NAME, SIZE, PARAMETERS, SETTING, EFFECTIVE]],
  [580, [NAME, PARAMETERS, SETTING, EFFECTIVE]],
  [470, [NAME, SETTING, EFFECTIVE]],
  [0, [NAME, NARROW_SETTING, NARROW_EFFECTIVE]],
];

/** Setting and effective value are the point of the tree: they stay at any width. */
export function columnsFor(width: number): Column[] {
  return LAYOUTS.find(([least]) => width >= least)?.[1] ?? [];
}

export function tracksOf(columns: Column[]): string {
  return columns.map((column) => column.track).join(" ");
}
