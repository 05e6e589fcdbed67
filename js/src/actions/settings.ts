/** Actions on settings: twin of `explorer/actions/settings.py`. */

export type RuleOption = "trainable" | "keep_history";
export type RuleSetting = "inherit" | "on" | "off";
export type RuleOutcome = "wins" | "overridden" | "no opinion" | "default";

export interface SettingsActions {
  explain: { row: number };
  catch_up: { version: number };
  set_rule: { row: number; option: RuleOption; setting: RuleSetting };
  set_global: { option: string; value: string };
  apply: Record<never, never>;
  discard: Record<never, never>;
  refresh: Record<never, never>;
}

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
  /** Python expression for what the row stands for. */
  accessor: string;
  warnings: string[];
}

export interface SettingsValues {
  explain: Explanation;
  catch_up: null;
  set_rule: null;
  set_global: null;
  apply: null;
  discard: null;
  refresh: null;
}

export const SETTINGS_TITLES: Record<keyof SettingsActions, string> = {
  explain: "The explanation",
  catch_up: "The present state",
  set_rule: "The setting",
  set_global: "The option",
  apply: "Apply",
  discard: "Discard",
  refresh: "Refresh",
};
