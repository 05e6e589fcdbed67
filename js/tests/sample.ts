/** A small network with one row of every kind, as the rows of a tree. */
import type { CatalogueEntry, ExplorerTraits, GlobalValue, Status } from "../src/model";
import {
  KEEP_HISTORY,
  type RowSpec,
  rowStateOf,
  type StateSpec,
  structureOf,
  TRAINABLE,
} from "./wire";

interface SampleRow extends RowSpec {
  state: StateSpec;
}

const INHERITED_ON: StateSpec = { setting: 1, effective: 1, on: 1, total: 1 };

function parameter(name: string, parent: number, parameters: number): SampleRow {
  return { name, kind: "parameter", parent, parameters, state: INHERITED_ON };
}

/** Indexes of the rows that tests name. */
export const ROWS = {
  network: 0,
  ensembleRule: 1,
  ensemble: 3,
  encoders: 4,
  bias: 5,
  inner: 6,
  innerEnsemble: 7,
  connection: 9,
  weights: 10,
  node: 11,
  probe: 12,
  direct: 13,
} as const;

export const SAMPLE: SampleRow[] = [
  {
    name: "digits",
    kind: "network",
    parent: -1,
    size: "2 ensembles",
    parameters: 12_500,
    state: { effective: 6, on: 3, total: 5 },
  },
  {
    name: "Ensemble",
    kind: "class_rule",
    parent: 0,
    controls: TRAINABLE,
    state: { setting: 1, effective: 6, on: 1, total: 2 },
  },
  {
    name: "Connection",
    kind: "class_rule",
    parent: 0,
    controls: TRAINABLE,
    state: { setting: 3, effective: 2, on: 0, total: 1 },
  },
  {
    name: "hidden",
    kind: "ensemble",
    parent: 0,
    size: "100 neurons, 2 D",
    parameters: 300,
    controls: TRAINABLE,
    state: { setting: 1, effective: 1, on: 2, total: 2 },
  },
  parameter("encoders", 3, 200),
  parameter("bias", 3, 100),
  {
    name: "inner",
    kind: "network",
    parent: 0,
    state: { effective: 1, on: 1, total: 1 },
  },
  {
    name: "memory",
    kind: "ensemble",
    parent: 6,
    controls: TRAINABLE,
    state: { setting: 2, effective: 1, on: 1, total: 1, flags: 1 },
  },
  parameter("bias", 7, 50),
  {
    name: "hidden to memory",
    kind: "connection",
    parent: 0,
    size: "2 to 2",
    controls: TRAINABLE,
    state: { setting: 1, effective: 2, on: 0, total: 1 },
  },
  {
    name: "weights",
    kind: "parameter",
    parent: 9,
    parameters: 200,
    state: { setting: 1, effective: 3, on: 0, total: 1 },
  },
  { name: "stimulus", kind: "node", parent: 0, state: {} },
  {
    name: "output",
    kind: "probe",
    parent: 0,
    controls: KEEP_HISTORY,
    state: { keep_setting: 1, keep_effective: 1 },
  },
  {
    name: "product",
    kind: "ensemble",
    parent: 0,
    size: "Direct mode",
    parameters: 0,
    state: { effective: 4 },
  },
];

export const STATUS: Status = {
  phase: "ready",
  message: "Ready",
  steps: 0,
  total_steps: 0,
  time: 0,
  n_steps: 0,
  stale: false,
  can_train: false,
  train_hint: "Give the training data in a cell.",
  structure_changed: false,
  error: null,
};

export function optionEntry(name: string, changes: Partial<CatalogueEntry> = {}): CatalogueEntry {
  return {
    name,
    label: name.replaceAll("_", " "),
    choices: null,
    multiple: false,
    placeholder: "",
    cost: "rebuild",
    cost_text: "The simulator is rebuilt.",
    summary: `What ${name} does.`,
    help: "",
    advanced: false,
    ...changes,
  };
}

export function optionValue(value: string, changes: Partial<GlobalValue> = {}): GlobalValue {
  return {
    value,
    label: value,
    pending: null,
    pending_label: null,
    disabled_reason: "",
    ...changes,
  };
}

export const CATALOGUE: CatalogueEntry[] = [
  optionEntry("dtype", {
    choices: [
      { key: "float32", label: "32 bit" },
      { key: "float64", label: "64 bit" },
    ],
  }),
  optionEntry("lif_smoothing", { placeholder: "off" }),
  optionEntry("planner", { advanced: true, choices: [{ key: "tree", label: "Tree" }] }),
];

export function sampleTraits(changes: Partial<ExplorerTraits> = {}): Partial<ExplorerTraits> {
  return {
    catalogue: CATALOGUE,
    structure: structureOf(SAMPLE),
    row_state: rowStateOf(SAMPLE.map((row) => row.state)),
    globals: {
      dtype: optionValue("float32"),
      lif_smoothing: optionValue(""),
      planner: optionValue("tree"),
    },
    status: STATUS,
    plots: [],
    curves: [],
    run_time: 1,
    ...changes,
  };
}
