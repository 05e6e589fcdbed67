/** Actions on findings: twin of `explorer/actions/linting.py`. */

export interface LintingActions {
  apply_fix: { finding: number };
  dismiss_finding: { finding: number };
}

export interface LintingValues {
  apply_fix: null;
  dismiss_finding: null;
}

export const LINTING_TITLES: Record<keyof LintingActions, string> = {
  apply_fix: "The fix",
  dismiss_finding: "Dismiss",
};
