/** Commands to Python: each has an id and gets a reply; a missing reply is noticed, not awaited. */
import {
  type ActionName,
  type Actions,
  type ActionValues,
  isReply,
  type ReplyError,
  replyValue,
} from "./messages";
import { type Buffer, type ExplorerModel, listen } from "./model";

/** Python answers at once unless it is busy, or far away. */
export const REPLY_NOTICE_MS = 2000;

/** Cause of an error for a command that never left the browser. */
export const NOT_SENT = "Connection";

export class CommandError extends Error {
  constructor(
    readonly action: ActionName,
    readonly cause_type: string,
    text: string,
  ) {
    super(text);
    this.name = "CommandError";
  }
}

interface Waiting {
  action: ActionName;
  late: boolean;
  timer: ReturnType<typeof setTimeout>;
  resolve(value: unknown): void;
  reject(error: CommandError): void;
}

export class Commands {
  /** Whether Python has answered this view at all. */
  heard = false;
  private readonly waiting = new Map<number, Waiting>();
  // Replies reach every view of a widget, so each view counts from a number of its own.
  private nextId = Math.floor(Math.random() * 2 ** 40) + 1;

  /**
   * `onLate` hears the actions that have had no reply for two seconds, whenever that changes, and
   * `onLost` that the host cannot send any more: a kernel that was shut down is not told otherwise.
   */
  constructor(
    private readonly model: ExplorerModel,
    private readonly signal: AbortSignal,
    private readonly onLate: (actions: ActionName[]) => void,
    private readonly onLost: () => void = () => {},
  ) {
    const receive = (message: unknown, buffers: unknown) =>
      this.receive(message, (buffers ?? []) as Buffer[]);
    listen(model, "msg:custom", receive, signal);
    signal.addEventListener("abort", () => this.close(), { once: true });
  }

  send<K extends ActionName>(action: K, args: Actions[K]): Promise<ActionValues[K]> {
    const id = this.nextId++;
    return new Promise<ActionValues[K]>((resolve, reject) => {
      if (this.signal.aborted) {
        reject(new CommandError(action, "Closed", "This view has been closed."));
        return;
      }
      const timer = setTimeout(() => this.markLate(id), REPLY_NOTICE_MS);
      // The reply's type follows from the action: both sides of the contract are tested.
      const accept = resolve as (value: unknown) => void;
      this.waiting.set(id, { action, late: false, timer, resolve: accept, reject });
      try {
        this.model.send({ id, action, ...args });
      } catch (error) {
        this.settle(id);
        reject(new CommandError(action, NOT_SENT, String(error)));
        this.onLost();
      }
    });
  }

  private receive(message: unknown, buffers: Buffer[]): void {
    if (!isReply(message)) return;
    const entry = this.settle(message.reply);
    if (!entry) return;
    this.heard = true;
    if (message.ok) {
      entry.resolve(replyValue(message, buffers));
    } else {
      const { type, text }: ReplyError = message.error ?? {
        type: "Error",
        text: "Python gave no reason.",
      };
      entry.reject(new CommandError(entry.action, type, text));
    }
  }

  private settle(id: number): Waiting | undefined {
    const entry = this.waiting.get(id);
    if (!entry) return undefined;
    clearTimeout(entry.timer);
    this.waiting.delete(id);
    if (entry.late) this.reportLate();
    return entry;
  }

  private markLate(id: number): void {
    const entry = this.waiting.get(id);
    if (!entry) return;
    entry.late = true;
    this.reportLate();
  }

  private reportLate(): void {
    const late = [...this.waiting.values()].filter((entry) => entry.late);
    this.onLate(late.map((entry) => entry.action));
  }

  private close(): void {
    for (const entry of this.waiting.values()) clearTimeout(entry.timer);
    this.waiting.clear();
  }
}
