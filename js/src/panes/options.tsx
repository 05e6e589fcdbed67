/** The global options, made from the catalogue, and the changes that wait to be applied. */
import { OptionField } from "../controls/option_field";
import { useChoice } from "../hooks";
import type { CatalogueEntry, GlobalValue } from "../model";
import type { ExplorerStore } from "../store";

interface FieldsProps {
  store: ExplorerStore;
  entries: CatalogueEntry[];
}

function Fields({ store, entries }: FieldsProps) {
  const { globals } = store;
  return (
    <div class="ne-options">
      {entries.map((entry) => {
        const value = globals[entry.name];
        if (!value) return null;
        const onSet = (text: string) =>
          store.act("set_global", { option: entry.name, value: text });
        return <OptionField key={entry.name} entry={entry} value={value} onSet={onSet} />;
      })}
    </div>
  );
}

function Automatic({ store }: { store: ExplorerStore }) {
  const [on, choose] = useChoice(store.edits.apply_automatically, (on) =>
    store.act("apply_automatically", { on }),
  );
  return (
    <label class="ne-automatic">
      <input
        type="checkbox"
        checked={on}
        onChange={(event) => choose(event.currentTarget.checked)}
      />
      Apply changes automatically
    </label>
  );
}

interface Change {
  entry: CatalogueEntry;
  value: GlobalValue;
}

function Pending({ store, changes }: { store: ExplorerStore; changes: Change[] }) {
  const title = changes.length === 1 ? "1 change pending" : `${changes.length} changes pending`;
  return (
    <div class="ne-pending" role="group" aria-label="Pending changes">
      <div class="ne-pending-text">
        <strong role="status">{title}</strong>
        <ul>
          {changes.map(({ entry, value }) => (
            <li key={entry.name}>
              {entry.label}: {value.label} {"\u2192"} {value.pending_label ?? value.pending}
              {entry.cost_text && <p class="ne-muted">{entry.cost_text}</p>}
            </li>
          ))}
        </ul>
      </div>
      <div class="ne-buttons">
        <button
          type="button"
          class="ne-button ne-primary"
          onClick={() => void store.act("apply", {})}
        >
          Apply
        </button>
        <button type="button" class="ne-button" onClick={() => void store.act("discard", {})}>
          Discard
        </button>
      </div>
    </div>
  );
}

export function Options({ store }: { store: ExplorerStore }) {
  const { catalogue, globals } = store;
  const changes = catalogue.flatMap((entry) => {
    const value = globals[entry.name];
    return value && value.pending !== null ? [{ entry, value }] : [];
  });
  const advanced = catalogue.filter((entry) => entry.advanced);
  const hidden = changes.filter((change) => change.entry.advanced).length;
  return (
    <div class="ne-section">
      <Fields store={store} entries={catalogue.filter((entry) => !entry.advanced)} />
      {advanced.length > 0 && (
        <details class="ne-advanced">
          <summary>
            Advanced <span class="ne-muted">({advanced.length})</span>
            {hidden > 0 && <span class="ne-badge">{hidden} pending</span>}
          </summary>
          <Fields store={store} entries={advanced} />
        </details>
      )}
      <Automatic store={store} />
      {changes.length > 0 && <Pending store={store} changes={changes} />}
    </div>
  );
}
