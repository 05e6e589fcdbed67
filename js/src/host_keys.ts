/** Which keys end at the widget, and which go on to the host. */

const MARK = "data-lm-suppress-shortcuts";

/** Keys with modifiers, such as those for saving and for running a cell, are left to the host. */
function isPlain(event: KeyboardEvent): boolean {
  const runsCell = event.key === "Enter" && event.shiftKey;
  return !event.ctrlKey && !event.metaKey && !event.altKey && !runsCell;
}

/**
 * Jupyter would take plain keys for commands on cells: "b" adds one, "dd" deletes one, Enter edits
 * one. JupyterLab does so on the way up from the focused element, where the widget ends them;
 * Notebook 7 on the way down. Both leave keys alone if they meet the mark, but not for shortcuts
 * whose selector ends in `:focus` if they meet it on the widget: the focused element comes first.
 * So that one is marked, before the host sees the key.
 */
export function keepPlainKeys(root: HTMLElement, signal: AbortSignal): void {
  root.setAttribute(MARK, "true");
  const end = (event: KeyboardEvent) => {
    if (isPlain(event)) event.stopPropagation();
  };
  root.addEventListener("keydown", end, { signal });
  const mark = (event: KeyboardEvent) => {
    const [focused] = event.composedPath();
    if (focused === root || !(focused instanceof Element) || !root.contains(focused)) return;
    if (isPlain(event)) focused.setAttribute(MARK, "true");
    else focused.removeAttribute(MARK);
  };
  window.addEventListener("keydown", mark, { capture: true, signal });
}
