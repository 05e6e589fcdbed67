/** Figures of the last training, and one figure or last-value card per probe. */
import { useState } from "preact/hooks";
import { useImageUrl } from "../controls/blob_url";
import { useId } from "../hooks";
import type { Card, Plot } from "../model";
import type { ExplorerStore } from "../store";
import { ItemSelector } from "./item_selector";
import { PlotTableView } from "./plot_table";
import { PlotTools } from "./plot_tools";

function CardView({ card }: { card: Card }) {
  return (
    <dl class="ne-card">
      <dt>{card.label}</dt>
      {card.values.map((value, i) => (
        <dd key={i}>{value}</dd>
      ))}
    </dl>
  );
}

interface PlotViewProps {
  store: ExplorerStore;
  plot: Plot;
}

function PlotView({ store, plot }: PlotViewProps) {
  const url = useImageUrl(plot.png, plot.version);
  const [tableOpen, setTableOpen] = useState(false);
  const id = useId();
  const hasNumbers = plot.key !== "" && plot.samples > 0;
  return (
    <figure
      class={`ne-plot ${plot.stale ? "ne-plot-stale" : ""}`}
      data-plot={plot.key}
      aria-labelledby={`${id}-title`}
    >
      <figcaption class="ne-plot-head">
        <span id={`${id}-title`} dir="auto">
          {plot.row >= 0 ? (
            <button type="button" class="ne-link" onClick={() => store.view?.reveal(plot.row)}>
              {plot.title}
            </button>
          ) : (
            plot.title
          )}
        </span>
        {plot.stale && <span class="ne-badge">from previous settings</span>}
        {hasNumbers && (
          <PlotTools
            store={store}
            plot={plot}
            tableId={`${id}-table`}
            tableOpen={tableOpen}
            onTable={() => setTableOpen(!tableOpen)}
          />
        )}
      </figcaption>
      {url && (
        <img
          class="ne-plot-image"
          src={url}
          alt={plot.alt}
          style={{ width: `${plot.width}px`, aspectRatio: `${plot.width} / ${plot.height}` }}
        />
      )}
      {plot.card && <CardView card={plot.card} />}
      {plot.note && <p class="ne-muted ne-plot-note">{plot.note}</p>}
      {hasNumbers && tableOpen && <PlotTableView id={`${id}-table`} store={store} plot={plot} />}
    </figure>
  );
}

interface PlotGroupProps {
  store: ExplorerStore;
  title: string;
  plots: Plot[];
  /** Whether a minibatch has several items, one of which is shown. */
  withItems?: boolean;
}

function PlotGroup({ store, title, plots, withItems }: PlotGroupProps) {
  const id = useId();
  return (
    <div class="ne-plot-group" role="group" aria-labelledby={id}>
      <div class="ne-plot-group-head">
        <h3 id={id} class="ne-plot-group-title">
          {title}
        </h3>
        {withItems && <ItemSelector store={store} />}
      </div>
      {plots.map((plot, i) => (
        <PlotView key={plot.key || `extra-${i}`} store={store} plot={plot} />
      ))}
    </div>
  );
}

export function Plots({ store }: { store: ExplorerStore }) {
  const { plots, curves } = store;
  return (
    <div class="ne-plots">
      {curves.length > 0 && <PlotGroup store={store} title="Last training" plots={curves} />}
      {plots.length > 0 ? (
        <PlotGroup store={store} title="Probes" plots={plots} withItems />
      ) : (
        <p class="ne-muted ne-plots-empty">Run the model to see the data of its probes.</p>
      )}
    </div>
  );
}
