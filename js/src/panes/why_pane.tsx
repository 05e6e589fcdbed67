/** Why the selected row has the value it has: the chain of rules, winner and losers. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Explanation, Rule } from "../actions/settings";
import { CopyButton } from "../controls/copy_button";
import { Icon, StateIcon } from "../controls/icons";
import { useChanges } from "../hooks";
import type { ProofTable } from "../model";
import type { ExplorerStore } from "../store";
import { effectiveOf, type IconName } from "../tree/labels";
import type { ViewState } from "../view_state";
import { Facts } from "./facts";

/** Rows passed with a held arrow key are not worth a question to Python. */
const ASK_DELAY_MS = 90;

type Answer = { row: number; explanation: Explanation } | { row: number; error: string };

/** The explanation of the selected row, asked again whenever any setting changed. */
function useExplanation(store: ExplorerStore, view: ViewState): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const row = view.selectedRow;
  const latest = useRef(0);
  useEffect(() => {
    const question = ++latest.current;
    const timer = setTimeout(() => {
      store.explain(row).then(
        (explanation) => question === latest.current && setAnswer({ row, explanation }),
        (error: Error) => question === latest.current && setAnswer({ row, error: error.message }),
      );
    }, ASK_DELAY_MS);
    return () => clearTimeout(timer);
  }, [store, view, row, store.stateRevision]);
  return answer;
}

const OUTCOMES: Record<string, string> = {
  wins: "decides",
  "no opinion": "no opinion",
  default: "default",
};

function RuleLine({ rule, onNetwork }: { rule: Rule; onNetwork(row: number): void }) {
  const lost = rule.outcome === "overridden";
  const sentence = (
    <>
      <span class="ne-rule-target" dir="auto">
        {rule.target}
      </span>
      <span class="ne-rule-setting">{rule.setting}</span>
    </>
  );
  return (
    <li class={`ne-rule ne-rule-${rule.outcome.replace(" ", "-")}`}>
      <span class="ne-rule-mark" aria-hidden="true">
        {rule.outcome === "wins" && <Icon name="check" />}
      </span>
      <div class="ne-rule-body">
        <div class="ne-rule-line">
          {lost ? (
            <s class="ne-rule-what">{sentence}</s>
          ) : (
            <span class="ne-rule-what">{sentence}</span>
          )}
          <span class="ne-rule-outcome">
            {lost ? `overridden by ${rule.overridden_by}` : OUTCOMES[rule.outcome]}
          </span>
        </div>
        <div class="ne-rule-line ne-muted">
          {rule.network_row >= 0 && (
            <span>
              set on{" "}
              <button
                type="button"
                class="ne-link"
                dir="auto"
                onClick={() => onNetwork(rule.network_row)}
              >
                {rule.network}
              </button>
            </span>
          )}
          {rule.text && <span>{rule.text}</span>}
        </div>
      </div>
    </li>
  );
}

/** How to write what the row stands for in a cell. */
function Accessor({ text }: { text: string }) {
  return (
    <span class="ne-accessor">
      <code>{text}</code>
      <CopyButton text={text} what="accessor" />
    </span>
  );
}

interface DetailsProps {
  explanation: Explanation;
  view: ViewState;
  icon: IconName;
  /** What was tried out, if anything. */
  proof: (ProofTable | null)[];
  row: number;
}

function Details({ explanation, view, icon, proof, row }: DetailsProps) {
  return (
    <>
      <header class="ne-why-head">
        <h3 class="ne-why-title" dir="auto">
          {explanation.title}
        </h3>
        <span class="ne-muted">{explanation.subtitle}</span>
        {explanation.accessor && <Accessor text={explanation.accessor} />}
      </header>
      <p class="ne-why-reason">
        <StateIcon name={icon} /> <strong>{explanation.state}</strong>
        {explanation.reason && <span> {explanation.reason}</span>}
      </p>
      {explanation.warnings.map((warning) => (
        <p key={warning} class="ne-note ne-note-warning">
          <Icon name="warning" />
          <span>
            <span class="ne-hidden">Warning: </span>
            {warning}
          </span>
        </p>
      ))}
      {explanation.rules.length > 0 && (
        <ol class="ne-rules" aria-label="Rules, most specific first">
          {explanation.rules.map((rule, i) => (
            <RuleLine key={i} rule={rule} onNetwork={(row) => view.reveal(row)} />
          ))}
        </ol>
      )}
      <Facts tables={proof} row={row} />
      {explanation.code && (
        <div class="ne-code">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long code scrolls by keyboard */}
          <pre tabIndex={0} role="region" aria-label="The same in Python">
            {explanation.code}
          </pre>
          <CopyButton text={explanation.code} what="code" />
        </div>
      )}
    </>
  );
}

function iconOf({ states }: ExplorerStore, row: number): IconName {
  return states ? effectiveOf(states, row).icon : "none";
}

export function WhyPane({ store, view }: { store: ExplorerStore; view: ViewState }) {
  useChanges(view);
  const answer = useExplanation(store, view);
  const { proof } = store;
  return (
    <section class="ne-pane ne-why" aria-label="Why">
      <div class="ne-pane-head">
        <h2 class="ne-title">Why</h2>
        <span class="ne-muted ne-path">
          {view.path(view.selectedRow).map((name, i) => (
            <span key={i}>
              {i > 0 && " \u203a "}
              <bdi>{name}</bdi>
            </span>
          ))}
        </span>
      </div>
      <div class="ne-pane-body" aria-busy={answer?.row !== view.selectedRow}>
        {!answer && <p class="ne-muted">Select a row to see which rule decides it.</p>}
        {answer && "error" in answer && (
          <p class="ne-note ne-note-error">No explanation: {answer.error}</p>
        )}
        {answer && "explanation" in answer && (
          <Details
            explanation={answer.explanation}
            view={view}
            icon={iconOf(store, answer.row)}
            proof={store.lesson.hidden.includes("proof") ? [] : [proof.movement, proof.gradients]}
            row={answer.row}
          />
        )}
      </div>
    </section>
  );
}
