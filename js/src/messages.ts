/** Messages between the browser and Python: twin of the message records in Python. */
import { BULK_TITLES, type BulkActions, type BulkValues } from "./actions/bulk";
import { LESSON_TITLES, type LessonActions, type LessonValues } from "./actions/lesson";
import { LINTING_TITLES, type LintingActions, type LintingValues } from "./actions/linting";
import { PLOTS_TITLES, type PlotsActions, type PlotsValues } from "./actions/plots";
import { PROOF_TITLES, type ProofActions, type ProofValues } from "./actions/proof";
import { SAVING_TITLES, type SavingActions, type SavingValues } from "./actions/saving";
import { SETTINGS_TITLES, type SettingsActions, type SettingsValues } from "./actions/settings";
import {
  SIMULATION_TITLES,
  type SimulationActions,
  type SimulationValues,
} from "./actions/simulation";
import type { Buffer } from "./model";

/** Arguments of every action that the browser may ask for; each part of the page adds its own. */
export interface Actions
  extends SettingsActions,
    BulkActions,
    SimulationActions,
    PlotsActions,
    SavingActions,
    LessonActions,
    LintingActions,
    ProofActions {}

/** What each action answers. */
export interface ActionValues
  extends SettingsValues,
    BulkValues,
    SimulationValues,
    PlotsValues,
    SavingValues,
    LessonValues,
    LintingValues,
    ProofValues {}

export type ActionName = keyof Actions;

/** How each action is called when it is refused. */
export const ACTION_TITLES: Record<ActionName, string> = {
  ...SETTINGS_TITLES,
  ...BULK_TITLES,
  ...SIMULATION_TITLES,
  ...PLOTS_TITLES,
  ...SAVING_TITLES,
  ...LESSON_TITLES,
  ...LINTING_TITLES,
  ...PROOF_TITLES,
};

export interface ReplyError {
  type: string;
  text: string;
}

export interface Reply {
  reply: number;
  ok: boolean;
  value?: unknown;
  /** Fields of the value that travel as buffers, in this order. */
  binary?: string[];
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

/** The value of a reply, with the buffers that belong to it. */
export function replyValue(reply: Reply, buffers: readonly Buffer[]): unknown {
  if (!reply.binary) return reply.value ?? null;
  const parts = reply.binary.map((name, i) => [name, buffers[i]]);
  return { ...(reply.value as object), ...Object.fromEntries(parts) };
}

export function isReply(message: unknown): message is Reply {
  return isRecord(message) && typeof message.reply === "number" && typeof message.ok === "boolean";
}

export function isPatch(message: unknown): message is Patch {
  return isRecord(message) && message.event === "patch" && typeof message.version === "number";
}
