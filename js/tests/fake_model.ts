/** A host model without a host: it records writes and messages, and lets tests play Python. */
import type { Buffer, ExplorerModel, ExplorerTraits, TraitName } from "../src/model";

export interface SentMessage {
  id: number;
  action: string;
  [argument: string]: unknown;
}

/** What a view asks for by itself, whatever its user does. */
const ASKED = ["explain", "forecast"];

export class FakeModel implements ExplorerModel {
  /** Messages to Python, oldest first. */
  readonly sent: SentMessage[] = [];
  /** Trait writes that were saved, oldest first. */
  readonly saved: Partial<ExplorerTraits>[] = [];
  /** When set, every message fails with this error, as on a closed connection. */
  sendFault: Error | null = null;
  private unsaved: Partial<ExplorerTraits> = {};
  private readonly listeners = new Map<string, Set<(...args: unknown[]) => void>>();

  constructor(private readonly traits: Partial<ExplorerTraits> = {}) {}

  get<K extends TraitName>(name: K): ExplorerTraits[K] | undefined {
    return this.traits[name];
  }

  set<K extends TraitName>(name: K, value: ExplorerTraits[K]): void {
    this.traits[name] = value;
    this.unsaved[name] = value;
    this.emit(`change:${name}`);
  }

  save_changes(): void {
    this.saved.push(this.unsaved);
    this.unsaved = {};
  }

  send(content: unknown): void {
    if (this.sendFault) throw this.sendFault;
    this.sent.push(content as SentMessage);
    this.emit("sent", content);
  }

  on(event: string, callback: (...args: unknown[]) => void): void {
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(callback));
  }

  off(event: string, callback: (...args: unknown[]) => void): void {
    this.listeners.get(event)?.delete(callback);
  }

  /** Number of callbacks that are still registered. */
  get listenerCount(): number {
    return [...this.listeners.values()].reduce((sum, callbacks) => sum + callbacks.size, 0);
  }

  emit(event: string, ...args: unknown[]): void {
    for (const callback of [...(this.listeners.get(event) ?? [])]) callback(...args);
  }

  /** A trait that arrives from Python. */
  receiveTrait<K extends TraitName>(name: K, value: ExplorerTraits[K]): void {
    this.traits[name] = value;
    this.emit(`change:${name}`);
  }

  /** A custom message that arrives from Python. */
  receiveMessage(content: unknown, buffers: Buffer[] = []): void {
    this.emit("msg:custom", content, buffers);
  }

  /** Actions that somebody has asked for, oldest first. */
  get actions(): string[] {
    return this.sent.map((sent) => sent.action).filter((name) => !ASKED.includes(name));
  }

  /** The last message with this action, or an error that lists what was sent instead. */
  lastSent(action: string): SentMessage {
    const found = this.sent.filter((message) => message.action === action).at(-1);
    if (!found) {
      const actions = this.sent.map((message) => message.action).join(", ");
      throw new Error(`no "${action}" was sent; sent: ${actions || "nothing"}`);
    }
    return found;
  }

  answer(message: SentMessage, value: unknown = null): void {
    this.receiveMessage({ reply: message.id, ok: true, value });
  }

  refuse(message: SentMessage, type: string, text: string): void {
    this.receiveMessage({ reply: message.id, ok: false, error: { type, text } });
  }
}
