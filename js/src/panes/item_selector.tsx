/** Which item of a minibatch all plots show. */
import { useEffect, useState } from "preact/hooks";
import { useChoice, useId } from "../hooks";
import type { ExplorerStore } from "../store";

/** An item by its number, or `null` when the text is none. */
export function parseItem(text: string, items: number): number | null {
  const item = /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
  return item >= 1 && item <= items ? item : null;
}

export function ItemSelector({ store }: { store: ExplorerStore }) {
  const items = Math.max(0, ...store.plots.map((plot) => plot.items));
  const now = Math.max(1, ...store.plots.map((plot) => plot.item));
  const [shown, choose] = useChoice(now, (item) => store.act("show_item", { item }));
  const [draft, setDraft] = useState(String(shown));
  const id = useId();
  useEffect(() => {
    setDraft((text) => (parseItem(text, items) === shown ? text : String(shown)));
  }, [shown, items]);
  if (items < 2) return null;
  const edit = (text: string) => {
    setDraft(text);
    const item = parseItem(text, items);
    if (item !== null && item !== shown) choose(item);
  };
  const fault = parseItem(draft, items) === null ? `Enter 1 to ${items}.` : "";
  return (
    <div class="ne-item">
      <label for={id}>
        Item<span class="ne-hidden"> of the minibatch</span>
      </label>
      <input
        id={id}
        class="ne-field"
        type="number"
        min={1}
        max={items}
        step={1}
        value={draft}
        aria-invalid={fault !== ""}
        aria-describedby={`${id}-of ${id}-fault`}
        onInput={(event) => edit(event.currentTarget.value)}
        onBlur={() => setDraft(String(shown))}
      />
      <span id={`${id}-of`}>of {items}</span>
      <span id={`${id}-fault`} class="ne-fault">
        {fault}
      </span>
    </div>
  );
}
