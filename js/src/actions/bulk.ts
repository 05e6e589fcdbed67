/** Actions on many rows at once: twin of `explorer/actions/bulk.py`. */
import type { RuleOption, RuleSetting } from "./settings";

export interface BulkActions {
  preview_rules: { rows: number[]; option: RuleOption; setting: RuleSetting };
  set_rules: { rows: number[]; option: RuleOption; setting: RuleSetting };
}

/** A rule that would be written or removed. */
export interface PlannedRule {
  target: string;
  network: string;
  before: string;
  after: string;
  code: string;
}

/** How many parameters or probes would change in the same way. */
export interface Effect {
  before: string;
  after: string;
  what: string;
  /** How many numbers these parameters have, -1 for probes. */
  numbers: number;
}

/** Answer to `preview_rules`. There are `count` rules, of which the first are listed. */
export interface RulesPreview {
  title: string;
  rules: PlannedRule[];
  count: number;
  effects: Effect[];
  note: string;
}

export interface BulkValues {
  preview_rules: RulesPreview;
  set_rules: null;
}

export const BULK_TITLES: Record<keyof BulkActions, string> = {
  preview_rules: "The preview",
  set_rules: "The settings",
};
