/** Settings that have no effect, or not the one that was meant, each with what to do about it. */
import { useRef } from "preact/hooks";
import { IconButton } from "../controls/icon_button";
import { Icon } from "../controls/icons";
import type { FindingRecord } from "../model";
import type { ExplorerStore } from "../store";
import type { ViewState } from "../view_state";

interface FindingProps {
  finding: FindingRecord;
  onRow(): void;
  onFix(): void;
  onDismiss(): void;
}

function Finding({ finding, onRow, onFix, onDismiss }: FindingProps) {
  return (
    <li class="ne-finding">
      <Icon name="warning" />
      <div class="ne-finding-body">
        <p class="ne-finding-line">
          <strong>{finding.title}</strong>
          <button type="button" class="ne-link" dir="auto" onClick={onRow}>
            {finding.object}
          </button>
        </p>
        <p class="ne-finding-text" dir="auto">
          {finding.message}
        </p>
        <p class="ne-finding-fix">
          <span class="ne-muted">{finding.fix}</span>
          {finding.can_fix && (
            <button
              type="button"
              class="ne-button"
              aria-label={`Apply fix: ${finding.title}, ${finding.object}`}
              onClick={onFix}
            >
              Apply fix
            </button>
          )}
        </p>
      </div>
      <IconButton
        icon="close"
        label={`Dismiss: ${finding.title}, ${finding.object}`}
        title="Dismiss: it is meant to be so"
        onClick={onDismiss}
      />
    </li>
  );
}

export function Findings({ store, view }: { store: ExplorerStore; view: ViewState }) {
  const { findings } = store;
  const title = useRef<HTMLHeadingElement>(null);
  const count = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
  const act = async (action: "apply_fix" | "dismiss_finding", finding: FindingRecord) => {
    // The button goes away with its finding, and the focus must not be lost with it.
    if (await store.act(action, { finding: finding.id })) title.current?.focus();
  };
  return (
    <section
      class={`ne-pane ne-findings ${findings.length === 0 ? "ne-findings-none" : ""}`}
      aria-label="Findings"
    >
      <div class="ne-pane-head">
        <h2 class="ne-title" ref={title} tabIndex={-1}>
          Findings
        </h2>
        <span class="ne-muted" role="status">
          {findings.length === 0 ? "Every setting has its effect" : count}
        </span>
      </div>
      {findings.length > 0 && (
        <ul class="ne-finding-list">
          {findings.map((finding) => (
            <Finding
              key={finding.id}
              finding={finding}
              onRow={() => view.reveal(finding.row)}
              onFix={() => void act("apply_fix", finding)}
              onDismiss={() => void act("dismiss_finding", finding)}
            />
          ))}
        </ul>
      )}
    </section>
  );
}
