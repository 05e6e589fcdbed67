/** The simulation: options, commands and figures. */
import type { ExplorerStore } from "../store";
import { Options } from "./options";
import { Plots } from "./plots";
import { ProofPane } from "./proof_pane";
import { RunBar } from "./run_bar";

export function SimulationPane({ store }: { store: ExplorerStore }) {
  return (
    <>
      <section class="ne-pane ne-simulation" aria-label="Simulation">
        <div class="ne-pane-head">
          <h2 class="ne-title">Simulation</h2>
        </div>
        <RunBar store={store} />
        <Options store={store} />
        <Plots store={store} />
      </section>
      {store.view && <ProofPane store={store} view={store.view} />}
    </>
  );
}
