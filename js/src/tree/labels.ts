/** Words for the codes of a row. People never see raw numbers, `None` or `True`. */

import type { RuleOption, RuleSetting } from "../actions/settings";
import type { Rows, States } from "../decode";

export type Tone = "none" | "on" | "off" | "locked" | "never" | "mixed";
export type IconName = Tone | "inference";

export interface EffectiveLabel {
  text: string;
  /** The same where there is little room. */
  short?: string;
  tone: Tone;
  icon: IconName;
}

const NOTHING: EffectiveLabel = { text: "", tone: "none", icon: "none" };
const ON: EffectiveLabel = { text: "On", tone: "on", icon: "on" };
const OFF: EffectiveLabel = { text: "Off", tone: "off", icon: "off" };
const LOCKED: EffectiveLabel = { text: "Locked", tone: "locked", icon: "locked" };
const NEVER: EffectiveLabel = { text: "Never", tone: "never", icon: "never" };
const INFERENCE: EffectiveLabel = {
  text: "Off (inference only)",
  short: "Off (inference)",
  tone: "off",
  icon: "inference",
};
const HIDDEN: EffectiveLabel = { text: "? predict it", tone: "never", icon: "none" };
const KEEP: EffectiveLabel = { text: "Every step", tone: "on", icon: "on" };
const LAST: EffectiveLabel = { text: "Last step", tone: "off", icon: "off" };

const MIXED_CODE = 6;
const HIDDEN_CODE = 7;
const EFFECTIVE = [NOTHING, ON, OFF, LOCKED, NEVER, INFERENCE];
const KEEP_EFFECTIVE = [NOTHING, KEEP, LAST];

const WARNING_FLAG = 1;
const RULE_CODES = [2, 3, 4];

/** Whether a row has a rule of its own. */
export function hasRule(states: States, row: number): boolean {
  return (
    RULE_CODES.includes(states.setting[row] ?? 0) ||
    RULE_CODES.includes(states.keep_setting[row] ?? 0)
  );
}

/** Whether a row is a parameter that is trained. */
export function isTrained(rows: Rows, states: States, row: number): boolean {
  return states.effective[row] === 1 && rows.kinds[rows.kind[row] ?? 0] === "parameter";
}

export function hasWarning(states: States, row: number): boolean {
  return ((states.flags[row] ?? 0) & WARNING_FLAG) !== 0;
}

/** The option that the Setting control of a row sets, or `null` when it sets none. */
export function optionOf(controls: number): RuleOption | null {
  if (controls & 1) return "trainable";
  if (controls & 2) return "keep_history";
  return null;
}

/** What the Setting cell of a row is for: a rule of its own, everything in it, or nothing. */
export type Control = RuleOption | "all" | null;

export function controlOf(rows: Rows, states: States, row: number): Control {
  const option = optionOf(rows.controls[row] ?? 0);
  if (option) return option;
  const isNetwork = rows.kinds[rows.kind[row] ?? 0] === "network";
  return isNetwork && (states.total[row] ?? 0) > 0 ? "all" : null;
}

export interface SettingChoice {
  setting: RuleSetting;
  code: number;
  text: string;
  hint: string;
}

const TRAINABLE_CHOICES: SettingChoice[] = [
  { setting: "inherit", code: 1, text: "Inherit", hint: "no rule here" },
  { setting: "on", code: 2, text: "On", hint: "train" },
  { setting: "off", code: 3, text: "Off", hint: "freeze" },
];

const KEEP_CHOICES: SettingChoice[] = [
  { setting: "inherit", code: 1, text: "Inherit", hint: "no rule here" },
  { setting: "on", code: 2, text: "Every step", hint: "keep history" },
  { setting: "off", code: 3, text: "Last step", hint: "save memory" },
];

export function choicesOf(option: RuleOption): SettingChoice[] {
  return option === "trainable" ? TRAINABLE_CHOICES : KEEP_CHOICES;
}

export function settingText(option: RuleOption, code: number): string {
  if (code === 4) return "No opinion here";
  return choicesOf(option).find((choice) => choice.code === code)?.text ?? "";
}

export function optionTitle(option: RuleOption): string {
  return option === "trainable" ? "Trainable" : "Keep history";
}

/** Name of a Setting control for assistive technology. */
export function settingName(option: RuleOption, name: string, code: number): string {
  return `${optionTitle(option)} setting of ${name}: ${settingText(option, code)}`;
}

export function settingCode(states: States, option: RuleOption, row: number): number {
  return (option === "trainable" ? states.setting[row] : states.keep_setting[row]) ?? 0;
}

/**
 * What is in force for a row; rows that stand for several parameters say how many are on, and a
 * note says what locks a parameter or why there is none.
 */
export function effectiveOf(states: States, row: number, note = ""): EffectiveLabel {
  const code = states.effective[row] ?? 0;
  if (code === 0) return KEEP_EFFECTIVE[states.keep_effective[row] ?? 0] ?? NOTHING;
  if (code === HIDDEN_CODE) return HIDDEN;
  const total = states.total[row] ?? 0;
  const counted = `${numberText(states.on[row] ?? 0)} of ${numberText(total)} on`;
  if (code === MIXED_CODE) return { text: counted, tone: "mixed", icon: "mixed" };
  const label = EFFECTIVE[code] ?? NOTHING;
  if (note !== "" && (label === LOCKED || label === NEVER)) {
    const text = `${label.text}${label === LOCKED ? " by" : ":"} ${note}`;
    return { ...label, text, short: label.text };
  }
  return total > 1 && (label === ON || label === OFF) ? { ...label, text: counted } : label;
}

const KIND_PLURALS: Record<string, string> = {
  network: "Networks",
  class_rule: "Class rules",
  ensemble: "Ensembles",
  node: "Nodes",
  connection: "Connections",
  probe: "Probes",
  learning_rule: "Learning rules",
  parameter: "Parameters",
};

export function kindPlural(kind: string): string {
  return KIND_PLURALS[kind] ?? kind;
}

const KIND_NAMES: Record<string, string> = {
  network: "network",
  class_rule: "class rule",
  ensemble: "ensemble",
  node: "node",
  connection: "connection",
  probe: "probe",
  learning_rule: "learning rule",
  parameter: "parameter",
};

export function kindName(rows: Rows, row: number): string {
  const kind = rows.kinds[rows.kind[row] ?? 0] ?? "";
  return KIND_NAMES[kind] ?? kind;
}

/** With thin spaces between thousands. */
export function numberText(value: number): string {
  return Math.round(value).toLocaleString("en").replaceAll(",", "\u2009");
}

/** Number of parameters, or nothing where none apply. */
export function parametersText(value: number): string {
  return value < 0 ? "" : numberText(value);
}
