/** The numbers of a plot as a table. */
import { useEffect, useState } from "preact/hooks";
import type { PlotTable } from "../actions/plots";
import { decodeFloat32, decodeFloat64 } from "../decode";
import type { Plot } from "../model";
import type { ExplorerStore } from "../store";

/** Digits of numbers in single precision, and of places. */
const DIGITS = 6;
const PLACE_DIGITS = 10;

/** A number as text, also one that is none. */
export function numberText(value: number, digits: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(digits))) : String(value);
}

interface Numbers {
  table: PlotTable;
  places: Float64Array;
  values: Float32Array;
}

function decoded(table: PlotTable): Numbers {
  const { count, names } = table;
  return {
    table,
    places: decodeFloat64(table.places, count, "plot_table.places"),
    values: decodeFloat32(table.values, count * names.length, "plot_table.values"),
  };
}

/** The numbers as they are drawn: asked for again with every other figure. */
function useNumbers(store: ExplorerStore, plot: Plot): Numbers | null {
  const [numbers, setNumbers] = useState<Numbers | null>(null);
  useEffect(() => {
    let current = true;
    void store.ask("plot_table", { plot: plot.key }).then((table) => {
      if (table && current) setNumbers(decoded(table));
    });
    return () => {
      current = false;
    };
  }, [store, plot.key, plot.version]);
  return numbers;
}

function Body({ numbers }: { numbers: Numbers }) {
  const { table, places, values } = numbers;
  const width = table.names.length;
  return (
    <tbody>
      {Array.from(places, (place, row) => (
        <tr key={row}>
          <th scope="row">{numberText(place, PLACE_DIGITS)}</th>
          {Array.from(values.subarray(row * width, (row + 1) * width), (value, column) => (
            <td key={column}>{numberText(value, DIGITS)}</td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

interface PlotTableViewProps {
  id: string;
  store: ExplorerStore;
  plot: Plot;
}

export function PlotTableView({ id, store, plot }: PlotTableViewProps) {
  const numbers = useNumbers(store, plot);
  const label = `${plot.title}, numbers`;
  return (
    <div id={id} class="ne-numbers" aria-busy={numbers === null}>
      {numbers && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long table scrolls by keyboard */}
          <div class="ne-proof-scroll" tabIndex={0} role="region" aria-label={label}>
            <table class="ne-proof-table ne-numbers-table">
              <caption class="ne-hidden">{numbers.table.title}</caption>
              <thead>
                <tr>
                  <th scope="col">{numbers.table.x_label}</th>
                  {numbers.table.names.map((name, column) => (
                    <th key={column} scope="col" dir="auto">
                      {name}
                    </th>
                  ))}
                </tr>
              </thead>
              <Body numbers={numbers} />
            </table>
          </div>
          {numbers.table.note && <p class="ne-muted ne-plot-note">{numbers.table.note}</p>}
        </>
      )}
    </div>
  );
}
