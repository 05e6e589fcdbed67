/** Facts about parameters as a table, those first that do not do what the settings say. */
import { useState } from "preact/hooks";
import { Icon } from "../controls/icons";
import { useId } from "../hooks";
import type { ProofRow, ProofTable } from "../model";
import type { ViewState } from "../view_state";

/** So many parameters are shown at first. */
export const SHOWN_AT_FIRST = 20;

/** Disagreements first, remarks next, everything else in the order of the tree. */
export function inOrder(rows: ProofRow[]): ProofRow[] {
  const rank = (row: ProofRow) => (row.flagged ? 0 : row.verdict ? 1 : 2);
  return rows
    .map((row, place) => ({ row, place }))
    .sort((a, b) => rank(a.row) - rank(b.row) || a.place - b.place)
    .map(({ row }) => row);
}

function Verdict({ row }: { row: ProofRow }) {
  if (!row.verdict) return <td class="ne-muted">as set</td>;
  return (
    <td class={row.flagged ? "ne-verdict ne-verdict-flagged" : "ne-verdict"}>
      {row.flagged && <Icon name="warning" />}
      <span>{row.verdict}</span>
    </td>
  );
}

export function ProofTableView({ table, view }: { table: ProofTable; view: ViewState }) {
  const id = useId();
  const [all, setAll] = useState(false);
  const rows = inOrder(table.rows);
  const shown = all ? rows : rows.slice(0, SHOWN_AT_FIRST);
  const more = rows.length - shown.length;
  return (
    <section class="ne-proof-part" aria-labelledby={id}>
      <h3 class="ne-proof-title" id={id}>
        {table.title}
      </h3>
      <p class="ne-proof-note" role="status">
        {table.note}
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls by keyboard */}
      <div class="ne-proof-scroll" tabIndex={0} role="region" aria-label={`${table.title}, table`}>
        <table class="ne-proof-table" aria-labelledby={id}>
          <thead>
            <tr>
              <th scope="col">Parameter</th>
              <th scope="col">Verdict</th>
              {table.columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row, i) => (
              <tr key={i} class={row.flagged ? "ne-proof-flagged" : ""}>
                <th scope="row" dir="auto">
                  {row.row >= 0 ? (
                    <button type="button" class="ne-link" onClick={() => view.reveal(row.row)}>
                      {row.name}
                    </button>
                  ) : (
                    row.name
                  )}
                </th>
                <Verdict row={row} />
                {row.cells.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 && (
        <button type="button" class="ne-button" onClick={() => setAll(true)}>
          Show {more} more
        </button>
      )}
    </section>
  );
}
