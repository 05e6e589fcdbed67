/** Actions on the live simulator: twin of `explorer/actions/simulation.py`. */

export type MemoryLevel = "small" | "notable" | "too_large";

/** The memory of a run in words, and what to do if it is too much. */
export interface Forecast {
  level: MemoryLevel;
  text: string;
  advice: string;
}

export interface SimulationActions {
  run: { seconds: number };
  forecast: { seconds: number };
  stop: Record<never, never>;
  reset: Record<never, never>;
  train: Record<never, never>;
}

export interface SimulationValues {
  run: null;
  forecast: Forecast;
  stop: null;
  reset: null;
  train: null;
}

export const SIMULATION_TITLES: Record<keyof SimulationActions, string> = {
  run: "Run",
  forecast: "The forecast of memory",
  stop: "Stop",
  reset: "Reset",
  train: "Train",
};
