/** Everything one view knows from Python, decoded, with one place to hear of changes. */

import type { Explanation } from "./actions/settings";
import { CommandError, Commands, NOT_SENT } from "./commands";
import { decodeStructure, type Rows, type States } from "./decode";
import type { HistoryAction } from "./history_keys";
import {
  ACTION_TITLES,
  type ActionName,
  type Actions,
  type ActionValues,
  isPatch,
  isReply,
} from "./messages";
import {
  type Buffer,
  type CatalogueEntry,
  type Edits,
  type ExplorerModel,
  type FindingRecord,
  type GlobalValue,
  type Lesson,
  listen,
  observe,
  type Plot,
  type Proof,
  type Status,
} from "./model";
import { applyPatch, statesOf } from "./patches";
import { TraitWriter } from "./sync";
import { ViewState } from "./view_state";

/** Something that went wrong, told in the widget until it is dismissed. */
export interface Problem {
  title: string;
  text: string;
}

const NO_STATUS: Status = {
  phase: "idle",
  message: "",
  steps: 0,
  total_steps: 0,
  time: 0,
  n_steps: 0,
  stale: false,
  can_train: false,
  train_hint: "",
  structure_changed: false,
  error: null,
};

const NO_LESSON: Lesson = {
  locked: [],
  hidden: [],
  locked_rows: [],
  open: false,
  right: 0,
  answered: 0,
  questions: [],
};

const NO_EDITS: Edits = { undo: "", redo: "", apply_automatically: false };

const NO_PROOF: Proof = {
  gradients: null,
  movement: null,
  phases: [],
  pins: [],
  pinned: [],
  neurons: [],
};

export class ExplorerStore {
  readonly commands: Commands;
  readonly writer: TraitWriter;
  view: ViewState | null = null;
  states: States | null = null;
  /** Grows with every change of row states: what `explain` said before may be out of date. */
  stateRevision = 0;
  problem: Problem | null = null;
  /** What was undone or redone last in this view. */
  stepped: { action: HistoryAction; title: string } | null = null;
  late: ActionName[] = [];
  connectionLost = false;
  private catchingUp = false;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly model: ExplorerModel,
    readonly signal: AbortSignal,
  ) {
    const onLate = (late: ActionName[]) => {
      this.late = late;
      this.notify();
    };
    const onLost = () => {
      this.connectionLost = true;
      this.notify();
    };
    this.commands = new Commands(model, signal, onLate, onLost);
    this.writer = new TraitWriter(model, signal);
    this.readStructure();
    for (const name of [
      "catalogue",
      "globals",
      "status",
      "plots",
      "curves",
      "edits",
      "lesson",
      "findings",
      "proof",
    ] as const) {
      observe(model, name, () => this.heard(), signal);
    }
    observe(model, "structure", () => this.readStructure(), signal);
    observe(model, "row_state", () => this.readRowState(), signal);
    this.writer.onForeignChange("run_time", () => this.notify());
    listen(model, "msg:custom", (message, buffers) => this.receive(message, buffers), signal);
    // The event tells that the connection changed, not how: an answer proves that it is alive.
    for (const event of ["comm_live_update", "comm_live_changed", "comm:close"]) {
      listen(model, event, () => this.doubtConnection(), signal);
    }
    // Some hosts restore a page with states as they were last sent as a whole, without the changes
    // since then.
    this.catchUp();
  }

  get catalogue(): CatalogueEntry[] {
    return this.model.get("catalogue") ?? [];
  }

  get globals(): Record<string, GlobalValue> {
    return this.model.get("globals") ?? {};
  }

  get status(): Status {
    return { ...NO_STATUS, ...this.model.get("status") };
  }

  get plots(): Plot[] {
    return this.model.get("plots") ?? [];
  }

  get curves(): Plot[] {
    return this.model.get("curves") ?? [];
  }

  get lesson(): Lesson {
    return { ...NO_LESSON, ...this.model.get("lesson") };
  }

  /** Whether an instructor has locked or hidden a control, by its name. */
  lockOf(name: string): "hidden" | "locked" | null {
    if (this.lesson.hidden.includes(name)) return "hidden";
    return this.lesson.locked.includes(name) ? "locked" : null;
  }

  get edits(): Edits {
    return { ...NO_EDITS, ...this.model.get("edits") };
  }

  get findings(): FindingRecord[] {
    return this.model.get("findings") ?? [];
  }

  get proof(): Proof {
    return { ...NO_PROOF, ...this.model.get("proof") };
  }

  get rows(): Rows | null {
    return this.view?.rows ?? null;
  }

  subscribe(listener: () => void, signal: AbortSignal): void {
    this.listeners.add(listener);
    signal.addEventListener("abort", () => this.listeners.delete(listener), { once: true });
  }

  /** Send a command; a refusal is shown in the widget. */
  async act<K extends ActionName>(action: K, args: Actions[K]): Promise<boolean> {
    try {
      await this.commands.send(action, args);
      return true;
    } catch (error) {
      this.report(`${ACTION_TITLES[action]} was refused`, error);
      return false;
    }
  }

  /** Send a command and wait for its answer; null if it was refused, which is shown. */
  async ask<K extends ActionName>(action: K, args: Actions[K]): Promise<ActionValues[K] | null> {
    try {
      return await this.commands.send(action, args);
    } catch (error) {
      this.report(`${ACTION_TITLES[action]} was refused`, error);
      return null;
    }
  }

  /** Undo or redo one change. */
  async step(action: HistoryAction): Promise<void> {
    const title = await this.ask(action, {});
    if (!title) return;
    this.stepped = { action, title };
    this.notify();
  }

  explain(row: number): Promise<Explanation> {
    return this.commands.send("explain", { row });
  }

  dismissProblem(): void {
    this.problem = null;
    this.notify();
  }

  private report(title: string, error: unknown): void {
    if (this.signal.aborted) return;
    // That the connection is lost is said once, and not for every command.
    if (error instanceof CommandError && error.cause_type === NOT_SENT) return;
    this.problem = { title, text: error instanceof Error ? error.message : String(error) };
    this.notify();
  }

  private readStructure(): void {
    try {
      const wire = this.model.get("structure");
      if (wire && typeof wire.count === "number") {
        this.view = new ViewState(decodeStructure(wire), this.view);
        this.states = null;
      }
    } catch (error) {
      this.report("The network could not be read", error);
    }
    this.readRowState();
  }

  private readRowState(): void {
    this.catchingUp = false;
    const wire = this.model.get("row_state");
    if (this.view && wire && typeof wire.version === "number") {
      try {
        this.states = statesOf(wire, this.view.rows.count);
      } catch {
        // Structure and states change one after the other, and for a moment do not fit.
        this.states = null;
      }
    }
    this.statesMoved();
  }

  private statesMoved(): void {
    this.stateRevision++;
    this.view?.statesChanged(this.states);
    this.heard();
  }

  private receive(message: unknown, buffers: unknown): void {
    if (isReply(message)) this.heard();
    if (!isPatch(message) || !this.states) return;
    try {
      const outcome = applyPatch(this.states, message, (buffers ?? []) as Buffer[]);
      if (outcome === "gap") this.catchUp();
    } catch (error) {
      this.report("A change of settings could not be read", error);
    }
    this.statesMoved();
  }

  private catchUp(): void {
    if (this.catchingUp || !this.states) return;
    this.catchingUp = true;
    void this.act("catch_up", { version: this.states.version }).finally(() => {
      this.catchingUp = false;
    });
  }

  private doubtConnection(): void {
    this.connectionLost = true;
    this.notify();
    const row = this.view?.selectedRow ?? 0;
    this.explain(row).catch(() => undefined);
  }

  /** Something arrived from Python, so the connection works. */
  private heard(): void {
    this.connectionLost = false;
    this.notify();
  }

  private notify(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
