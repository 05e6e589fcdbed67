/** Which keys end at the widget, and which go on to the host. */

/**
 * JupyterLab would take plain keys for commands on cells: "b" adds one, "dd" deletes one, Enter
 * edits one. The attribute that is to prevent that has no effect on shortcuts whose selector ends in
 * `:focus`, because the focused element is matched before its parents are asked. Keys with
 * modifiers, such as those for saving and for running a cell, are left to the host.
 */
export function keepPlainKeys(event: KeyboardEvent): void {
  const runsCell = event.key === "Enter" && event.shiftKey;
  if (!event.ctrlKey && !event.metaKey && !event.altKey && !runsCell) event.stopPropagation();
}
