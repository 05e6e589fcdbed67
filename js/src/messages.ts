/** Messages between the browser and Python: twin of the message records in Python. */

export type RuleOption = "trainable" | "keep_history";
export type RuleSetting = "inherit" | "on" | "off";
export type RuleOutcome = "wins" | "overridden" | "no opinion" | "default";

/** Arguments of every action that the browser may ask for. */
export interface Actions {
  explain: { row: number };
  set_rule: { row: number; option: RuleOption; setting: RuleSetting };
  set_global: { option: string; value: string };
  apply: Record<never, never>;
  discard: Record<never, never>;
  run: { seconds: number };
  stop: Record<never, never>;
  reset: Record<never, never>;
  train: Record<never, never>;
  refresh: Record<never, never>;
}

export type ActionName = keyof Actions;

export interface Rule {
  network: string;
  network_row: number;
  target: string;
  setting: string;
  outcome: RuleOutcome;
  overridden_by: string;
  text: string;
}

/** Answer to `explain`. Rules come most specific first. */
export interface Explanation {
  title: string;
  subtitle: string;
  state: string;
  reason: string;
  rules: Rule[];
  code: string;
  warnings: string[];
}

/** What each action answers. */
export interface ActionValues {
  explain: Explanation;
  set_rule: null;
  set_global: null;
  apply: null;
  discard: null;
  run: null;
  stop: null;
  reset: null;
  train: null;
  refresh: null;
}

export interface ReplyError {
  type: string;
  text: string;
}

export interface Reply {
  reply: number;
  ok: boolean;
  value?: unknown;
  error?: ReplyError;
}

/** The changed rows only; the columns travel as buffers in the order of `PATCH_BUFFERS`. */
export interface Patch {
  event: "patch";
  version: number;
}

export const PATCH_BUFFERS = [
  "rows",
  "setting",
  "effective",
  "keep_setting",
  "keep_effective",
  "on",
  "total",
  "flags",
] as const;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function isReply(message: unknown): message is Reply {
  return isRecord(message) && typeof message.reply === "number" && typeof message.ok === "boolean";
}

export function isPatch(message: unknown): message is Patch {
  return isRecord(message) && message.event === "patch" && typeof message.version === "number";
}
