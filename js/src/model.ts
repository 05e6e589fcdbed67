/** The traits shared with Python. Names are exactly the Python ones: nothing is renamed. */

/** A binary trait field. Hosts hand it over in different wrappers; `decode.ts` reads them all. */
export type Buffer = DataView | ArrayBuffer | ArrayBufferView;

export interface Choice {
  key: string;
  label: string;
}

/** One option, described by the settings table in Python. */
export interface CatalogueEntry {
  name: string;
  label: string;
  /** `null` means free text. */
  choices: Choice[] | null;
  /** Any of the choices may hold; a value is their keys with commas between them. */
  multiple: boolean;
  placeholder: string;
  cost: string;
  cost_text: string;
  summary: string;
  help: string;
  advanced: boolean;
}

/** Many short texts in one buffer: text `i` is `text[offsets[i]:offsets[i + 1]]`, in UTF-8. */
export interface TextColumn {
  offsets: Buffer;
  text: Buffer;
}

/** Rows in pre-order: a parent comes before its children, and a subtree is contiguous. */
export interface Structure {
  version: number;
  count: number;
  kinds: string[];
  kind: Buffer;
  parent: Buffer;
  names: TextColumn;
  sizes: TextColumn;
  /** Why a row has nothing that could be trained, or the learning rule that may lock it. */
  notes: TextColumn;
  parameters: Buffer;
  controls: Buffer;
}

export interface RowState {
  version: number;
  setting: Buffer;
  effective: Buffer;
  keep_setting: Buffer;
  keep_effective: Buffer;
  on: Buffer;
  total: Buffer;
  flags: Buffer;
}

export interface GlobalValue {
  value: string;
  label: string;
  pending: string | null;
  pending_label: string | null;
  disabled_reason: string;
}

export type Phase = "idle" | "building" | "ready" | "running" | "stopping" | "training" | "error";

export interface StatusError {
  type: string;
  text: string;
  traceback: string;
}

export interface Status {
  phase: Phase;
  message: string;
  steps: number;
  total_steps: number;
  time: number;
  n_steps: number;
  stale: boolean;
  can_train: boolean;
  train_hint: string;
  structure_changed: boolean;
  error: StatusError | null;
}

export interface Card {
  label: string;
  values: string[];
}

export interface Plot {
  /** By this its numbers are asked for; empty for a remark. */
  key: string;
  row: number;
  title: string;
  version: number;
  png: Buffer | null;
  width: number;
  height: number;
  stale: boolean;
  note: string;
  card: Card | null;
  alt: string;
  /** Which item of a minibatch is shown, counted from 1, and of how many; 0 where there are none. */
  item: number;
  items: number;
  samples: number;
}

/** What Undo and Redo would do, empty for nothing, and whether changes are applied at once. */
export interface Edits {
  undo: string;
  redo: string;
  apply_automatically: boolean;
}

/** A setting without effect, or without the one that was meant. */
export interface FindingRecord {
  id: number;
  check: string;
  title: string;
  row: number;
  object: string;
  message: string;
  fix: string;
  can_fix: boolean;
}

/** One parameter in a table of proof; `verdict` says how claim and facts disagree. */
export interface ProofRow {
  row: number;
  name: string;
  cells: string[];
  verdict: string;
  flagged: boolean;
}

/** Facts about parameters. Name and verdict come before the columns. */
export interface ProofTable {
  title: string;
  columns: string[];
  rows: ProofRow[];
  note: string;
}

export interface ProofFigure {
  row: number;
  title: string;
  version: number;
  png: Buffer;
  width: number;
  height: number;
  note: string;
  alt: string;
}

/** A pinned run, and what is different in the present one. */
export interface PinRecord {
  number: number;
  title: string;
  differences: string[];
}

/** Everything that was looked at so far. */
export interface Proof {
  gradients: ProofTable | null;
  movement: ProofTable | null;
  phases: ProofFigure[];
  pins: PinRecord[];
  pinned: ProofFigure[];
  neurons: ProofFigure[];
}

/** Whether one parameter is trained; what is true is empty before the learner has answered. */
export interface LessonQuestion {
  row: number;
  title: string;
  answer: string;
  truth: string;
  right: boolean;
  reason: string;
}

/** What a learner cannot use, and the questions of a prediction. What is hidden is locked, too. */
export interface Lesson {
  locked: string[];
  hidden: string[];
  locked_rows: number[];
  open: boolean;
  right: number;
  answered: number;
  questions: LessonQuestion[];
}

export type Theme = "light" | "dark";

export interface Appearance {
  theme: Theme;
  width: number;
}

/** Every synchronised trait of the Python widget. */
export interface ExplorerTraits {
  catalogue: CatalogueEntry[];
  structure: Structure;
  row_state: RowState;
  globals: Record<string, GlobalValue>;
  status: Status;
  plots: Plot[];
  /** Plots of the last training. */
  curves: Plot[];
  edits: Edits;
  lesson: Lesson;
  findings: FindingRecord[];
  proof: Proof;
  appearance: Appearance;
  run_time: number;
}

export type TraitName = keyof ExplorerTraits;

type EventCallback = (...args: unknown[]) => void;

/** The part of the host's model that the explorer uses. */
export interface ExplorerModel {
  get<K extends TraitName>(name: K): ExplorerTraits[K] | null | undefined;
  set<K extends TraitName>(name: K, value: ExplorerTraits[K]): void;
  save_changes(): void;
  send(content: unknown): void;
  on(event: string, callback: EventCallback): void;
  off(event: string, callback: EventCallback): void;
}

/** Listen to a host event until `signal` is aborted. */
export function listen(
  model: ExplorerModel,
  event: string,
  callback: EventCallback,
  signal: AbortSignal,
): void {
  if (signal.aborted) return;
  model.on(event, callback);
  signal.addEventListener("abort", () => model.off(event, callback), { once: true });
}

/** Listen to changes of one trait until `signal` is aborted. */
export function observe(
  model: ExplorerModel,
  name: TraitName,
  callback: () => void,
  signal: AbortSignal,
): void {
  listen(model, `change:${name}`, callback, signal);
}
