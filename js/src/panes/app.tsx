/** The regions of one view, and what the view tells Python about its looks. */
import { useEffect, useRef } from "preact/hooks";
import { useChanges, useSize } from "../hooks";
import type { Appearance, Theme } from "../model";
import type { ExplorerStore } from "../store";
import { watchTheme } from "../theme";
import { Findings } from "./findings";
import { LessonPane } from "./lesson_pane";
import { Notices } from "./notices";
import { SimulationPane } from "./simulation_pane";
import { StateBar } from "./state_bar";
import { TreePane } from "./tree_pane";
import { WhyPane } from "./why_pane";

/** Figures are drawn to a multiple of this, so that a dragged edge does not ask for many. */
const WIDTH_STEP = 20;

function themeOf(host: HTMLElement): Theme {
  return host.dataset.theme === "dark" ? "dark" : "light";
}

export function App({ store, host }: { store: ExplorerStore; host: HTMLElement }) {
  useChanges(store);
  const [figures, size] = useSize<HTMLDivElement>();
  const width = Math.floor(size.width / WIDTH_STEP) * WIDTH_STEP;
  const latest = useRef<Appearance>({ theme: themeOf(host), width });
  const tell = (change: Partial<Appearance>) => {
    latest.current = { ...latest.current, ...change };
    // A hidden view has no width, and nothing to draw for.
    if (latest.current.width > 0) store.writer.write("appearance", latest.current);
  };
  useEffect(() => {
    const setTheme = (theme: Theme) => {
      host.dataset.theme = theme;
      tell({ theme });
    };
    // The colour of the host is outside of the widget.
    watchTheme(host.parentElement ?? host, setTheme, store.signal);
  }, [store, host]);
  useEffect(() => tell({ width }), [width]);
  const { hidden, open } = store.lesson;
  useEffect(() => {
    host.dataset.hidden = hidden.join(" ");
    host.toggleAttribute("data-predicting", open);
  }, [host, hidden.join(" "), open]);
  return (
    <div class="ne-frame">
      <Notices store={store} />
      <StateBar store={store} />
      <LessonPane store={store} />
      <div class="ne-layout">
        <div class="ne-left">
          {store.view ? (
            <>
              <TreePane store={store} view={store.view} host={host} />
              <WhyPane store={store} view={store.view} />
              <Findings store={store} view={store.view} />
            </>
          ) : (
            <p class="ne-pane ne-muted ne-waiting">Reading the network{"\u2026"}</p>
          )}
        </div>
        <div class="ne-right" ref={figures}>
          <SimulationPane store={store} />
        </div>
      </div>
    </div>
  );
}
