/** How much memory the next run will take, where that is worth a word. */
import { useEffect, useState } from "preact/hooks";
import type { Forecast } from "../actions/simulation";
import { Icon } from "../controls/icons";
import type { ExplorerStore } from "../store";

/** Typing has paused, and a burst of changes is over. */
export const FORECAST_DELAY_MS = 400;

/** `seconds` is null while the run time is none; nothing is asked for while something runs. */
function useForecast(store: ExplorerStore, seconds: number | null, busy: boolean): Forecast | null {
  const [forecast, setForecast] = useState<Forecast | null>(null);
  const { status, stateRevision } = store;
  const precision = store.globals.dtype?.value;
  useEffect(() => {
    if (seconds === null) setForecast(null);
    if (seconds === null || busy) return;
    let current = true;
    const ask = async () => {
      // A forecast that cannot be had is none of the user's problems.
      const found = await store.commands.send("forecast", { seconds }).catch(() => null);
      if (current) setForecast(found);
    };
    const timer = setTimeout(() => void ask(), FORECAST_DELAY_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [store, seconds, busy, stateRevision, precision, status.n_steps]);
  return forecast;
}

interface MemoryProps {
  store: ExplorerStore;
  seconds: number | null;
  busy: boolean;
}

export function MemoryNote({ store, seconds, busy }: MemoryProps) {
  const forecast = useForecast(store, seconds, busy);
  const level = forecast?.level ?? "small";
  return (
    <div class="ne-memory" role="status">
      {forecast && level === "notable" && <p class="ne-muted">{forecast.text}</p>}
      {forecast && level === "too_large" && (
        <div class="ne-note ne-note-warning">
          <Icon name="warning" />
          <div class="ne-note-body">
            <strong>This run will not fit in memory.</strong>
            <p>{forecast.text}</p>
            <p>{forecast.advice}</p>
          </div>
        </div>
      )}
    </div>
  );
}
