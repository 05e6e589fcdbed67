/** Actions on findings: twin of `explorer/actions/linting.py`. */

export interface LintingActions {
  apply_fix: { finding: number };
}

export interface LintingValues {
  apply_fix: null;
}

export const LINTING_TITLES: Record<keyof LintingActions, string> = {
  apply_fix: "The fix",
};
