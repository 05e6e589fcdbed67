/** Run time, the commands of the simulation, its progress and its state. */
import { useEffect, useRef, useState } from "preact/hooks";
import { Command, type CommandProps, LOCKED_HINT } from "../controls/command";
import { useId } from "../hooks";
import type { Phase, Status } from "../model";
import type { ExplorerStore } from "../store";
import { MemoryNote } from "./forecast";

const PHASE_NAMES: Record<Phase, string> = {
  idle: "Not built",
  building: "Building",
  ready: "Ready",
  running: "Running",
  stopping: "Stopping",
  training: "Training",
  error: "Error",
};

/** Phases in which the simulator is in use. */
export const BUSY: ReadonlySet<Phase> = new Set(["building", "running", "stopping", "training"]);
const STOPPABLE: ReadonlySet<Phase> = new Set(["running", "training", "building"]);

/** A run time in seconds, or `null` when the text is none. */
export function parseSeconds(text: string): number | null {
  const seconds = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function Progress({ status }: { status: Status }) {
  const busy = BUSY.has(status.phase);
  const known = status.total_steps > 0 && status.phase !== "building";
  const percent = known ? Math.min(100, (100 * status.steps) / status.total_steps) : 0;
  return (
    <div
      class={`ne-progress ${busy ? "" : "ne-progress-idle"} ${busy && !known ? "ne-progress-unknown" : ""}`}
      role="progressbar"
      aria-label="Progress of the simulation"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={busy && known ? Math.round(percent) : undefined}
      aria-valuetext={busy ? status.message || PHASE_NAMES[status.phase] : "Not running"}
    >
      <div class="ne-progress-bar" style={busy && known ? { width: `${percent}%` } : undefined} />
    </div>
  );
}

/** Said once when a phase begins; progress within a phase is not read out. */
function Announcement({ status }: { status: Status }) {
  const [text, setText] = useState("");
  const last = useRef(status.phase);
  useEffect(() => {
    if (last.current === status.phase) return;
    last.current = status.phase;
    setText(status.message || PHASE_NAMES[status.phase]);
  }, [status.phase, status.message]);
  return (
    <div class="ne-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function useRunTime(store: ExplorerStore): [string, (text: string) => void] {
  const synced = store.model.get("run_time") ?? 1;
  const [draft, setDraft] = useState(String(synced));
  useEffect(() => {
    // Text being typed, such as "0." for 0, stays as it is while it means the same number.
    setDraft((text) => (parseSeconds(text) === synced ? text : String(synced)));
  }, [synced]);
  const edit = (text: string) => {
    setDraft(text);
    const seconds = parseSeconds(text);
    if (seconds !== null) store.writer.write("run_time", seconds);
  };
  return [draft, edit];
}

interface LessonProps {
  store: ExplorerStore;
  name: string;
}

/** A command that an instructor may have locked or hidden. */
function LessonCommand({ store, name, ...props }: CommandProps & LessonProps) {
  const lock = store.lockOf(name);
  if (lock === "hidden") return null;
  return lock === "locked" ? (
    <Command {...props} disabled hint={LOCKED_HINT} />
  ) : (
    <Command {...props} />
  );
}

export function RunBar({ store }: { store: ExplorerStore }) {
  const { status } = store;
  const id = useId();
  const [draft, setDraft] = useRunTime(store);
  const seconds = parseSeconds(draft);
  const busy = BUSY.has(status.phase);
  const run = () => {
    if (seconds === null || busy || store.lockOf("run") !== null) return;
    store.writer.flush();
    void store.act("run", { seconds });
  };
  const invalid = seconds === null ? "Enter a time in seconds, 0 or more." : "";
  return (
    <div class="ne-section">
      <div class="ne-run-row">
        <label class="ne-run-time" for={id}>
          Run time
          <input
            id={id}
            class="ne-field"
            type="text"
            inputMode="decimal"
            autocomplete="off"
            value={draft}
            aria-invalid={invalid !== ""}
            aria-describedby={`${id}-fault`}
            onInput={(event) => setDraft(event.currentTarget.value)}
            onKeyDown={(event) => event.key === "Enter" && run()}
          />
          <span aria-hidden="true">s</span>
          <span class="ne-hidden">seconds</span>
        </label>
        <div class="ne-buttons">
          <LessonCommand
            store={store}
            name="run"
            icon="run"
            label="Run"
            primary
            disabled={busy || invalid !== ""}
            hint={invalid}
            onClick={run}
          />
          <LessonCommand
            store={store}
            name="stop"
            icon="stop"
            label="Stop"
            disabled={!STOPPABLE.has(status.phase)}
            hint=""
            onClick={() => void store.act("stop", {})}
          />
          <LessonCommand
            store={store}
            name="reset"
            icon="reset"
            label="Reset"
            disabled={busy}
            hint="Back to time 0; trained parameters stay."
            onClick={() => void store.act("reset", {})}
          />
          <LessonCommand
            store={store}
            name="train"
            icon="train"
            label="Train"
            disabled={busy || !status.can_train}
            hint={status.can_train ? "" : status.train_hint}
            onClick={() => void store.act("train", {})}
          />
        </div>
      </div>
      <p id={`${id}-fault`} class="ne-fault">
        {invalid}
      </p>
      <MemoryNote store={store} seconds={seconds} busy={busy} />
      <Progress status={status} />
      <div class="ne-status">
        <span class={`ne-phase ne-phase-${status.phase}`}>{PHASE_NAMES[status.phase]}</span>
        <span class="ne-status-message" title={status.message}>
          {status.message}
        </span>
        <span class="ne-clock">
          t = {status.time.toFixed(3)} s, {status.n_steps.toLocaleString("en")} steps
        </span>
      </div>
      {!status.can_train && status.train_hint && store.lockOf("train") === null && (
        <p class="ne-muted ne-train-hint">Train: {status.train_hint}</p>
      )}
      <Announcement status={status} />
    </div>
  );
}
