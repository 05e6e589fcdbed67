/** Entry point for the notebook host: one widget, any number of views. */
import { h, render as renderTree } from "preact";
import { onHistoryKeys } from "./history_keys";
import { keepPlainKeys } from "./host_keys";
import { isPatch } from "./messages";
import { type Buffer, type ExplorerModel, listen } from "./model";
import { App } from "./panes/app";
import { applyPatch, statesOf } from "./patches";
import { ExplorerStore } from "./store";

/** Once per widget: patches are applied also while no view is open. */
function initialize({ model }: { model: ExplorerModel }): () => void {
  const owner = new AbortController();
  const receive = (message: unknown, buffers: unknown) => {
    const [record, structure] = [model.get("row_state"), model.get("structure")];
    if (!isPatch(message) || !record || !structure) return;
    try {
      applyPatch(statesOf(record, structure.count), message, (buffers ?? []) as Buffer[]);
    } catch {
      // Every view meets the same fault and says so; here nobody would see it.
    }
  };
  listen(model, "msg:custom", receive, owner.signal);
  return () => owner.abort();
}

/** Once per view. */
function render({ model, el }: { model: ExplorerModel; el: HTMLElement }): () => void {
  const owner = new AbortController();
  const store = new ExplorerStore(model, owner.signal);
  const root = document.createElement("div");
  root.className = "nengo-explorer";
  keepPlainKeys(root, owner.signal);
  onHistoryKeys(root, (action) => void store.step(action), owner.signal);
  el.append(root);
  renderTree(h(App, { store, host: root }), root);
  return () => {
    owner.abort();
    renderTree(null, root);
    root.remove();
  };
}

export default { initialize, render };
