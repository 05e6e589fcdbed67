/** Actions on plots: twin of `explorer/actions/plots.py`. */
import type { Buffer } from "../model";

export type FigureKind = "png" | "svg";

export interface PlotsActions {
  show_item: { item: number };
  plot_table: { plot: string };
  plot_figure: { plot: string; kind: FigureKind };
  plot_csv: { plot: string; start: number; stop: number; version: number };
}

/** Numbers row by row; `note` says what is left out. */
export interface PlotTable {
  title: string;
  x_label: string;
  names: string[];
  count: number;
  places: Buffer;
  values: Buffer;
  note: string;
}

export interface PlotFile {
  name: string;
  contents: Buffer;
}

/** Some lines of a file, packed, and what to ask for next until `start` is `stop`. */
export interface PlotPart {
  name: string;
  contents: Buffer;
  start: number;
  stop: number;
  version: number;
}

export interface PlotsValues {
  show_item: null;
  plot_table: PlotTable;
  plot_figure: PlotFile;
  plot_csv: PlotPart;
}

export const PLOTS_TITLES: Record<keyof PlotsActions, string> = {
  show_item: "The item",
  plot_table: "The table",
  plot_figure: "The figure",
  plot_csv: "The CSV file",
};
