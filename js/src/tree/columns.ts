/** Columns of the tree, and which of them fit. */

export type ColumnName = "name" | "size" | "parameters" | "setting" | "effective";

export interface Column {
  name: ColumnName;
  title: string;
  /** Width in a CSS grid. */
  track: string;
}

const NAME: Column = { name: "name", title: "Name", track: "minmax(0, 1fr)" };
const SIZE: Column = { name: "size", title: "Size", track: "152px" };
const PARAMETERS: Column = { name: "parameters", title: "Parameters", track: "88px" };
const SETTING: Column = { name: "setting", title: "Setting", track: "118px" };
const EFFECTIVE: Column = { name: "effective", title: "Effective", track: "160px" };

const NARROW_SETTING: Column = { ...SETTING, track: "104px" };
const NARROW_EFFECTIVE: Column = { ...EFFECTIVE, track: "116px" };

/** Setting and effective value are the point of the tree: they stay at any width. */
export function columnsFor(width: number): Column[] {
  if (width >= 720) return [NAME, SIZE, PARAMETERS, SETTING, EFFECTIVE];
  if (width >= 540) return [NAME, PARAMETERS, SETTING, EFFECTIVE];
  return [NAME, NARROW_SETTING, NARROW_EFFECTIVE];
}

export function tracksOf(columns: Column[]): string {
  return columns.map((column) => column.track).join(" ");
}
