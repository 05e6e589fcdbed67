/** One figure or last-value card per probe. */
import { useEffect, useState } from "preact/hooks";
import { decodeImage } from "../decode";
import type { Card, Plot } from "../model";
import type { ExplorerStore } from "../store";

/** A Blob URL for an image, revoked when a newer image or nothing takes its place. */
function useImageUrl(plot: Plot): string | null {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const bytes = decodeImage(plot.png);
    if (!bytes) {
      setUrl(null);
      return;
    }
    const made = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [plot.version, plot.png]);
  return url;
}

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
  plot: Plot;
  onRow(row: number): void;
}

function PlotView({ plot, onRow }: PlotViewProps) {
  const url = useImageUrl(plot);
  return (
    <figure class={`ne-plot ${plot.stale ? "ne-plot-stale" : ""}`}>
      <figcaption class="ne-plot-head">
        {plot.row >= 0 ? (
          <button type="button" class="ne-link" onClick={() => onRow(plot.row)}>
            {plot.title}
          </button>
        ) : (
          <span>{plot.title}</span>
        )}
        {plot.stale && <span class="ne-badge">from previous settings</span>}
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
    </figure>
  );
}

export function Plots({ store }: { store: ExplorerStore }) {
  const { plots } = store;
  return (
    <div class="ne-plots">
      {plots.length === 0 && (
        <p class="ne-muted ne-plots-empty">Run the model to see the data of its probes.</p>
      )}
      {plots.map((plot, i) => (
        <PlotView
          key={plot.row >= 0 ? plot.row : `extra-${i}`}
          plot={plot}
          onRow={(row) => store.view?.reveal(row)}
        />
      ))}
    </div>
  );
}
