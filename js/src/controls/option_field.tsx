/** One global option: its control, what it means, and what a pending change would cost. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useChoice, useId } from "../hooks";
import type { CatalogueEntry, GlobalValue } from "../model";
import { ChoicesInput } from "./choices_input";

interface OptionFieldProps {
  entry: CatalogueEntry;
  value: GlobalValue;
  /** Ends when Python has answered. */
  onSet(value: string): Promise<unknown>;
}

export interface InputProps extends OptionFieldProps {
  id: string;
  describedBy: string;
}

function ChoiceInput({ entry, value, onSet, id, describedBy }: InputProps) {
  const [shown, choose] = useChoice(value.pending ?? value.value, onSet);
  const choices = entry.choices ?? [];
  const known = choices.some((choice) => choice.key === shown);
  return (
    <select
      id={id}
      class="ne-field"
      value={shown}
      disabled={value.disabled_reason !== ""}
      aria-describedby={describedBy}
      onChange={(event) => choose(event.currentTarget.value)}
    >
      {!known && (
        <option value={shown} disabled>
          {value.pending_label ?? value.label}
        </option>
      )}
      {choices.map((choice) => (
        <option key={choice.key} value={choice.key}>
          {choice.label}
        </option>
      ))}
    </select>
  );
}

/** Free text is sent on Enter or when the field is left, not letter by letter. */
function TextInput({ entry, value, onSet, id, describedBy }: InputProps) {
  const shown = value.pending ?? value.value;
  const [draft, setDraft] = useState(shown);
  const sent = useRef(shown);
  useEffect(() => {
    setDraft(shown);
    sent.current = shown;
  }, [shown]);
  // A text that was sent and refused is not sent again when the field is left to correct it later.
  const commit = () => {
    const text = draft.trim();
    if (text !== shown && text !== sent.current) void onSet(text);
    sent.current = text;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") {
      sent.current = shown;
      commit();
    }
    if (event.key === "Escape") setDraft(shown);
  };
  return (
    <input
      id={id}
      type="text"
      class="ne-field"
      value={draft}
      placeholder={entry.placeholder}
      spellcheck={false}
      autocomplete="off"
      disabled={value.disabled_reason !== ""}
      aria-describedby={describedBy}
      onInput={(event) => setDraft(event.currentTarget.value)}
      onBlur={commit}
      onKeyDown={onKeyDown}
    />
  );
}

function inputFor(entry: CatalogueEntry) {
  if (!entry.choices) return TextInput;
  return entry.multiple ? ChoicesInput : ChoiceInput;
}

export function OptionField(props: OptionFieldProps) {
  const { entry, value } = props;
  const id = useId();
  const [helpOpen, setHelpOpen] = useState(false);
  const Input = inputFor(entry);
  const pending = value.pending !== null;
  return (
    <div class={`ne-option ${pending ? "ne-option-pending" : ""}`}>
      {entry.multiple ? (
        <span id={`${id}-label`} class="ne-option-label">
          {entry.label}
        </span>
      ) : (
        <label class="ne-option-label" for={id}>
          {entry.label}
        </label>
      )}
      <Input {...props} id={id} describedBy={`${id}-summary ${id}-state`} />
      <button
        type="button"
        class="ne-button ne-help-button"
        aria-label={`Help on ${entry.label}`}
        aria-expanded={helpOpen}
        aria-controls={`${id}-help`}
        title={entry.summary}
        onClick={() => setHelpOpen(!helpOpen)}
      >
        ?
      </button>
      <span id={`${id}-summary`} class="ne-hidden">
        {entry.summary}
      </span>
      <div id={`${id}-state`} class="ne-option-state">
        {pending && (
          <span class="ne-option-change">
            pending; in force: <strong>{value.label}</strong>
          </span>
        )}
        {value.disabled_reason && <span class="ne-muted">{value.disabled_reason}</span>}
      </div>
      <div id={`${id}-help`} class="ne-option-help" hidden={!helpOpen}>
        <p>{entry.summary}</p>
        {entry.help && <p>{entry.help}</p>}
        {entry.cost_text && <p class="ne-muted">After a change: {entry.cost_text}</p>}
      </div>
    </div>
  );
}
