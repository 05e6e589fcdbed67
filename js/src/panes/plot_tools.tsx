/** What can be had of a plot: its numbers as a table, and files. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { FigureKind } from "../actions/plots";
import { download } from "../controls/files";
import { decodeBytes, decodeImage } from "../decode";
import type { Plot } from "../model";
import type { ExplorerStore } from "../store";

/** So long is said what was saved. */
const MESSAGE_MS = 6000;

const TYPES: Record<FigureKind, string> = { png: "image/png", svg: "image/svg+xml" };

interface Progress {
  /** Share of the file that is here, or `null` when nothing is being fetched. */
  share: number | null;
  message: string;
}

const IDLE: Progress = { share: null, message: "" };

/** Saving of one plot; a long file comes in parts, and can be given up. */
function useSaving(store: ExplorerStore, plot: Plot) {
  const [progress, setProgress] = useState<Progress>(IDLE);
  const turn = useRef(0);
  useEffect(() => () => void turn.current++, []);
  useEffect(() => {
    if (progress.message === "") return;
    const timer = setTimeout(() => setProgress(IDLE), MESSAGE_MS);
    return () => clearTimeout(timer);
  }, [progress.message]);
  const saveFigure = async (kind: FigureKind) => {
    const file = await store.ask("plot_figure", { plot: plot.key, kind });
    const bytes = file && decodeImage(file.contents);
    if (!file || !bytes) return;
    download(file.name, TYPES[kind], bytes);
    setProgress({ share: null, message: `Saved ${file.name}` });
  };
  const saveCsv = async () => {
    const mine = ++turn.current;
    const parts: BlobPart[] = [];
    let next = { start: 0, stop: 0, version: 0 };
    setProgress({ share: 0, message: "" });
    for (;;) {
      const part = await store.ask("plot_csv", { plot: plot.key, ...next });
      if (mine !== turn.current) return;
      if (!part) {
        setProgress(IDLE);
        return;
      }
      parts.push(decodeBytes(part.contents, "plot_csv"));
      if (part.start >= part.stop) {
        download(part.name, "text/csv", ...parts);
        setProgress({ share: null, message: `Saved ${part.name}` });
        return;
      }
      next = { start: part.start, stop: part.stop, version: part.version };
      setProgress({ share: part.start / part.stop, message: "" });
    }
  };
  const cancel = () => {
    turn.current++;
    setProgress({ share: null, message: "Not saved" });
  };
  return { progress, saveFigure, saveCsv, cancel };
}

interface ToolProps {
  /** What is on the button. */
  text: string;
  /** What the button does, beginning with its text. */
  label: string;
  expanded?: boolean;
  controls?: string | undefined;
  onClick(): void;
}

function Tool({ text, label, expanded, controls, onClick }: ToolProps) {
  return (
    <button
      type="button"
      class="ne-button ne-tool"
      aria-label={label}
      aria-expanded={expanded}
      aria-controls={controls}
      onClick={onClick}
    >
      {text}
    </button>
  );
}

interface PlotToolsProps {
  store: ExplorerStore;
  plot: Plot;
  tableId: string;
  tableOpen: boolean;
  onTable(): void;
}

export function PlotTools({ store, plot, tableId, tableOpen, onTable }: PlotToolsProps) {
  const { progress, saveFigure, saveCsv, cancel } = useSaving(store, plot);
  const { share, message } = progress;
  const percent = share === null ? "" : `${Math.floor(100 * share)} %`;
  return (
    <div class="ne-tools" role="group" aria-label={`Numbers and files of ${plot.title}`}>
      <Tool
        text="Table"
        label={`Table: ${plot.title}`}
        expanded={tableOpen}
        controls={tableOpen ? tableId : undefined}
        onClick={onTable}
      />
      {plot.png !== null && (
        <>
          <Tool
            text="PNG"
            label={`PNG: save ${plot.title}`}
            onClick={() => void saveFigure("png")}
          />
          <Tool
            text="SVG"
            label={`SVG: save ${plot.title}`}
            onClick={() => void saveFigure("svg")}
          />
        </>
      )}
      {share === null ? (
        <Tool text="CSV" label={`CSV: save ${plot.title}`} onClick={() => void saveCsv()} />
      ) : (
        <Tool text={`Cancel ${percent}`} label={`Cancel ${percent}`} onClick={cancel} />
      )}
      <span class="ne-muted ne-tools-message" role="status">
        {message}
      </span>
    </div>
  );
}
