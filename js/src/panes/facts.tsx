/** What the region Proof has found out about the selected row, beside the reasons. */
import { Icon } from "../controls/icons";
import type { ProofTable } from "../model";

interface FactProps {
  table: ProofTable;
  row: number;
}

function Fact({ table, row }: FactProps) {
  const line = table.rows.find((found) => found.row === row);
  if (!line) return null;
  const cells = table.columns.map((column, i) => [column, line.cells[i] ?? ""] as const);
  return (
    <li class={line.flagged ? "ne-fact ne-fact-flagged" : "ne-fact"}>
      <Icon name={line.flagged ? "warning" : "check"} />
      <span>
        {table.title}
        {cells.map(
          ([column, cell]) =>
            cell !== "" && (
              <span key={column} class="ne-fact-part">
                {" "}
                {column}: <strong>{cell}</strong>
              </span>
            ),
        )}
        {line.verdict && <span class="ne-fact-part"> {line.verdict}</span>}
      </span>
    </li>
  );
}

/** Nothing where nothing was tried out for the row. */
export function Facts({ tables, row }: { tables: (ProofTable | null)[]; row: number }) {
  const known = tables.filter((table): table is ProofTable => table !== null);
  if (!known.some((table) => table.rows.some((line) => line.row === row))) return null;
  return (
    <ul class="ne-facts" aria-label="What was tried out">
      {known.map((table) => (
        <Fact key={table.title} table={table} row={row} />
      ))}
    </ul>
  );
}
