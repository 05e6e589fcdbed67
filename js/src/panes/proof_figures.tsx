/** Figures that compare, each with what has to be said about it. */
import { useImageUrl } from "../controls/blob_url";
import type { ProofFigure } from "../model";
import type { ViewState } from "../view_state";

function FigureView({ figure, onRow }: { figure: ProofFigure; onRow(): void }) {
  const url = useImageUrl(figure.png, figure.version);
  return (
    <figure class="ne-plot">
      <figcaption class="ne-plot-head">
        {figure.row >= 0 ? (
          <button type="button" class="ne-link" dir="auto" onClick={onRow}>
            {figure.title}
          </button>
        ) : (
          <span>{figure.title}</span>
        )}
      </figcaption>
      {url && (
        <img
          class="ne-plot-image"
          src={url}
          alt={figure.alt}
          style={{
            width: `${figure.width}px`,
            aspectRatio: `${figure.width} / ${figure.height}`,
          }}
        />
      )}
      {figure.note && <p class="ne-muted ne-plot-note">{figure.note}</p>}
    </figure>
  );
}

export function ProofFigures({ figures, view }: { figures: ProofFigure[]; view: ViewState }) {
  return (
    <>
      {figures.map((figure, i) => (
        <FigureView key={i} figure={figure} onRow={() => view.reveal(figure.row)} />
      ))}
    </>
  );
}
