/** One setting for many rows: the bar for a selection, and what a choice would write. */
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RulesPreview } from "../actions/bulk";
import type { RuleOption, RuleSetting } from "../actions/settings";
import { IconButton } from "../controls/icon_button";
import { useChanges, useId } from "../hooks";
import { focusedNear } from "../page_tree";
import type { ExplorerStore } from "../store";
import type { ViewState } from "../view_state";
import { choicesOf, numberText, optionOf } from "./labels";

export interface BulkRequest {
  rows: number[];
  option: RuleOption;
  setting: RuleSetting;
}

/** The option that most of the selected rows are about. */
function optionFor(view: ViewState, rows: number[]): RuleOption {
  const options = new Set(rows.map((row) => optionOf(view.rows.controls[row] ?? 0)));
  return options.has("keep_history") && !options.has("trainable") ? "keep_history" : "trainable";
}

interface BarProps {
  view: ViewState;
  onChoose(request: BulkRequest): void;
}

/** Shown while several rows are selected. */
export function SelectionBar({ view, onChoose }: BarProps) {
  useChanges(view);
  const { selection } = view;
  if (selection.size < 2) return null;
  const rows = selection.sorted();
  const option = optionFor(view, rows);
  return (
    <div class="ne-selection" role="group" aria-label="Selected rows">
      <span role="status">{numberText(rows.length)} rows selected</span>
      {choicesOf(option).map(({ setting, text }) => (
        <button
          key={setting}
          type="button"
          class="ne-button"
          onClick={() => onChoose({ rows, option, setting })}
        >
          {text}
        </button>
      ))}
      <IconButton
        icon="close"
        label="Select one row only"
        title="Select one row only (Escape)"
        onClick={() => view.selectOne()}
      />
    </div>
  );
}

/** The preview of a request, asked for again whenever a setting changes. */
function usePreview(store: ExplorerStore, request: BulkRequest): RulesPreview | string | null {
  const [answer, setAnswer] = useState<RulesPreview | string | null>(null);
  useEffect(() => {
    let current = true;
    store.commands.send("preview_rules", { ...request }).then(
      (preview) => current && setAnswer(preview),
      (error: Error) => current && setAnswer(error.message),
    );
    return () => {
      current = false;
    };
  }, [store, request, store.stateRevision]);
  return answer;
}

function Rules({ preview }: { preview: RulesPreview }) {
  const more = preview.count - preview.rules.length;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list scrolls by keyboard
    <ol class="ne-planned" aria-label="Rules to be written" tabIndex={0}>
      {preview.rules.map((rule) => (
        <li key={rule.code}>
          <span class="ne-planned-what">
            <span dir="auto">{rule.target}</span>
            <span class="ne-muted">
              {" "}
              in <span dir="auto">{rule.network}</span>
            </span>
            <span class="ne-planned-change">
              {rule.before} {"\u2192"} <strong>{rule.after}</strong>
            </span>
          </span>
          <code class="ne-planned-code">{rule.code}</code>
        </li>
      ))}
      {more > 0 && <li class="ne-muted">and {numberText(more)} more</li>}
    </ol>
  );
}

function Effects({ preview }: { preview: RulesPreview }) {
  if (preview.effects.length === 0) {
    return <p class="ne-muted">What is in force stays as it is.</p>;
  }
  return (
    <ul class="ne-effects" aria-label="What changes">
      {preview.effects.map(({ before, after, what, numbers }) => (
        <li key={`${before} ${after}`}>
          <strong>{what}</strong>: {before} {"\u2192"} {after}
          {numbers >= 0 && <span class="ne-muted"> ({numberText(numbers)} numbers)</span>}
        </li>
      ))}
    </ul>
  );
}

function countOf(preview: RulesPreview): string {
  if (preview.count === 0) return "Nothing to write: these rows are set like this already.";
  const one = preview.count === 1;
  return one ? "One rule will be written" : `${numberText(preview.count)} rules will be written`;
}

interface PreviewProps {
  store: ExplorerStore;
  request: BulkRequest;
  onClose(): void;
}

/** Keeps the Tab key inside of the dialog. */
function trap(dialog: HTMLElement, event: KeyboardEvent): void {
  const stops = [...dialog.querySelectorAll<HTMLElement>("button, [tabindex='0']")];
  const at = stops.indexOf(focusedNear(dialog) as HTMLElement);
  const next = at + (event.shiftKey ? -1 : 1);
  event.preventDefault();
  stops[(next + stops.length) % stops.length]?.focus();
}

/** What a choice for many rows would write and change, before it does. */
export function BulkPreview({ store, request, onClose }: PreviewProps) {
  const preview = usePreview(store, request);
  const dialog = useRef<HTMLDivElement>(null);
  const title = useId();
  useLayoutEffect(() => dialog.current?.querySelector<HTMLElement>("button")?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation();
    if (event.key === "Escape") onClose();
    if (event.key === "Tab" && dialog.current) trap(dialog.current, event);
  };
  const write = () => {
    onClose();
    void store.act("set_rules", { ...request });
  };
  const known = preview !== null && typeof preview !== "string" ? preview : null;
  return (
    <div class="ne-dialog-back">
      <div
        ref={dialog}
        class="ne-dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby={title}
        onKeyDown={onKeyDown}
      >
        <h3 class="ne-dialog-title" id={title} dir="auto">
          {known?.title ?? "Preview"}
        </h3>
        <div class="ne-dialog-body" aria-busy={preview === null}>
          {typeof preview === "string" && <p class="ne-note ne-note-error">{preview}</p>}
          {known && (
            <>
              <p>{countOf(known)}</p>
              {known.count > 0 && <Rules preview={known} />}
              {known.count > 0 && <Effects preview={known} />}
              {known.note && <p class="ne-muted">{known.note}</p>}
            </>
          )}
        </div>
        <div class="ne-buttons">
          {/* Always there, so that the focus has a place while the preview is on its way. */}
          <button
            type="button"
            class="ne-button ne-primary"
            aria-disabled={!known || known.count === 0}
            onClick={() => known && known.count > 0 && write()}
          >
            Apply
          </button>
          <button type="button" class="ne-button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </div>
    </div>
  );
}
