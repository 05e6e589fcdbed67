/** Looking for rows: by name, kind and state. */
import type { RefObject } from "preact";
import { IconButton } from "../controls/icon_button";
import { Icon } from "../controls/icons";
import { useChanges } from "../hooks";
import type { ViewState } from "../view_state";
import { asksForNothing, NO_CRITERIA, type StateFilter } from "./filters";
import { kindPlural, numberText } from "./labels";

interface SearchProps {
  view: ViewState;
  field: RefObject<HTMLInputElement | null>;
}

const FILTERS: { filter: StateFilter; text: string; title: string }[] = [
  { filter: "set_here", text: "Set here", title: "Rows with a rule of their own" },
  { filter: "trained", text: "Trained", title: "Parameters that training changes" },
  { filter: "warning", text: "Warnings", title: "Rows with a warning" },
];

function Field({ view, field }: SearchProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      view.focusMatch();
    } else if (event.key === "Escape" && view.criteria.text !== "") {
      event.preventDefault();
      view.search({ text: "" });
    }
  };
  return (
    <div class="ne-search">
      <Icon name="search" />
      <input
        ref={field}
        type="search"
        class="ne-search-field"
        aria-label="Filter rows by name"
        title="Press / in the tree to come here, Enter to go to the first match"
        placeholder="Filter by name"
        spellcheck={false}
        value={view.criteria.text}
        onInput={(event) => view.search({ text: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

/** The search field, for the head of the pane. */
export function SearchField(props: SearchProps) {
  useChanges(props.view);
  return <Field {...props} />;
}

function Kinds({ view }: { view: ViewState }) {
  const present = new Set(view.rows.kind);
  return (
    <select
      class="ne-field ne-filter-kind"
      aria-label="Filter rows by kind"
      value={view.criteria.kind}
      onChange={(event) => view.search({ kind: event.currentTarget.value })}
    >
      <option value="">All kinds</option>
      {view.rows.kinds.map(
        (kind, code) =>
          present.has(code) && (
            <option key={kind} value={kind}>
              {kindPlural(kind)}
            </option>
          ),
      )}
    </select>
  );
}

function countText(matches: number): string {
  if (matches === 0) return "No row matches";
  return matches === 1 ? "1 match" : `${numberText(matches)} matches`;
}

/** Filters by kind and state, with the number of matches. */
export function Filters({ view }: { view: ViewState }) {
  useChanges(view);
  const { criteria, filtered } = view;
  const toggle = (filter: StateFilter) => {
    const on = criteria.states.includes(filter);
    const others = criteria.states.filter((known) => known !== filter);
    view.search({ states: on ? others : [...others, filter] });
  };
  return (
    <div class="ne-filters" role="group" aria-label="Filters">
      <Kinds view={view} />
      {FILTERS.map(({ filter, text, title }) => (
        <button
          key={filter}
          type="button"
          class="ne-chip"
          title={title}
          aria-pressed={criteria.states.includes(filter)}
          onClick={() => toggle(filter)}
        >
          {text}
        </button>
      ))}
      <span class="ne-search-count" role="status">
        {filtered && countText(filtered.matches)}
      </span>
      {!asksForNothing(criteria) && (
        <IconButton
          icon="close"
          label="Clear all filters"
          onClick={() => view.search(NO_CRITERIA)}
        />
      )}
    </div>
  );
}
