/** Writing traits back to Python: debounced, and without hearing one's own echo. */
import { type ExplorerModel, type ExplorerTraits, observe, type TraitName } from "./model";

export const WRITE_DELAY_MS = 300;

/** Only these traits are written by the browser. */
export type WritableTrait = Extract<TraitName, "appearance" | "run_time">;

export class TraitWriter {
  private readonly pending = new Map<WritableTrait, () => void>();
  private readonly written = new Map<WritableTrait, string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly model: ExplorerModel,
    private readonly signal: AbortSignal,
  ) {
    // What was typed just before a view closes must not be lost.
    signal.addEventListener("abort", () => this.flush(), { once: true });
  }

  write<K extends WritableTrait>(name: K, value: ExplorerTraits[K]): void {
    if (this.signal.aborted) return;
    this.written.set(name, JSON.stringify(value));
    this.pending.set(name, () => this.model.set(name, value));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), WRITE_DELAY_MS);
  }

  /** Call `callback` when somebody else changed the trait. */
  onForeignChange<K extends WritableTrait>(name: K, callback: () => void): void {
    observe(
      this.model,
      name,
      () => {
        // An older value that arrives while a newer one waits to be sent is an echo too.
        if (this.pending.has(name)) return;
        if (this.written.get(name) === JSON.stringify(this.model.get(name))) return;
        this.written.delete(name);
        callback();
      },
      this.signal,
    );
  }

  flush(): void {
    clearTimeout(this.timer);
    if (this.pending.size === 0) return;
    for (const set of this.pending.values()) set();
    this.model.save_changes();
    this.pending.clear();
  }
}
