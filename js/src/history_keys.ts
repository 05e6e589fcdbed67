/** Keys for undo and redo, which work while the focus is inside of the widget. */

export type HistoryAction = "undo" | "redo";

/** Fields have an undo of their own, for the text that is being typed. */
function isText(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && ["text", "search"].includes(target.type);
}

/** What a key asks for: Ctrl+Z, and Ctrl+Shift+Z or Ctrl+Y; with Command on a Mac. */
export function historyAction(event: KeyboardEvent): HistoryAction | null {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || isText(event.target)) return null;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  return key === "y" && !event.shiftKey ? "redo" : null;
}

/** Take these keys from the host, which would change its cells. */
export function onHistoryKeys(
  root: HTMLElement,
  act: (action: HistoryAction) => void,
  signal: AbortSignal,
): void {
  const receive = (event: KeyboardEvent) => {
    const action = historyAction(event);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    act(action);
  };
  root.addEventListener("keydown", receive, { signal });
}
