/** Actions on the live simulator: twin of `explorer/actions/simulation.py`. */

export interface SimulationActions {
  run: { seconds: number };
  stop: Record<never, never>;
  reset: Record<never, never>;
  train: Record<never, never>;
}

export interface SimulationValues {
  run: null;
  stop: null;
  reset: null;
  train: null;
}

export const SIMULATION_TITLES: Record<keyof SimulationActions, string> = {
  run: "Run",
  stop: "Stop",
  reset: "Reset",
  train: "Train",
};
