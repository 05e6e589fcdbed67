/** Which rows an instructor has locked for a lesson. */
import type { ViewState } from "../view_state";
import { optionOf } from "./labels";

/**
 * Whether the setting of a row cannot be changed: because of its option, or because the object or
 * a network around it is locked. `lockOf` tells of options by name, `lockedRows` are objects.
 */
export function isLockedRow(
  view: ViewState,
  lockedRows: readonly number[],
  lockOf: (option: string) => unknown,
  row: number,
): boolean {
  if (lockOf(optionOf(view.rows.controls[row] ?? 0) ?? "trainable") !== null) return true;
  if (lockedRows.length === 0) return false;
  for (let up = row; up >= 0; up = view.parent(up)) if (lockedRows.includes(up)) return true;
  return false;
}
