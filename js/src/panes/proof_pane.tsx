/** Facts beside what the settings claim: gradients, movement, phases, pinned runs, neurons. */
import { Command } from "../controls/command";
import { IconButton } from "../controls/icon_button";
import { useChanges } from "../hooks";
import type { PinRecord } from "../model";
import type { ExplorerStore } from "../store";
import type { ViewState } from "../view_state";
import { ProofFigures } from "./proof_figures";
import { ProofTableView } from "./proof_table";
import { BUSY } from "./run_bar";

interface Regions {
  store: ExplorerStore;
  view: ViewState;
}

const WAIT = "Wait until the simulation has ended, or stop it.";

/** The ensemble that is selected, or whose parameter is; -1 for none. */
export function selectedEnsemble(view: ViewState): number {
  const { rows, selectedRow } = view;
  const isEnsemble = (row: number) => rows.kinds[rows.kind[row] ?? -1] === "ensemble";
  if (isEnsemble(selectedRow)) return selectedRow;
  const parent = view.parent(selectedRow);
  return parent >= 0 && isEnsemble(parent) ? parent : -1;
}

function Commands({ store, view }: Regions) {
  const { status } = store;
  const busy = BUSY.has(status.phase);
  const seconds = store.model.get("run_time") ?? 1;
  const ensemble = selectedEnsemble(view);
  const compare = () => {
    // A run time that was typed a moment ago has not been written yet.
    store.writer.flush();
    void store.act("compare_phases", { seconds: store.model.get("run_time") ?? 1 });
  };
  const gradientHint = status.can_train
    ? "Tries one step of training on a copy, and compares it with the settings."
    : status.train_hint;
  return (
    <div class="ne-buttons ne-proof-commands">
      <Command
        icon="check"
        label="Check gradients"
        disabled={busy || !status.can_train}
        hint={busy ? WAIT : gradientHint}
        onClick={() => void store.act("check_gradients", {})}
      />
      <Command
        icon="compare"
        label="Rates and spikes"
        disabled={busy || seconds <= 0}
        hint={busy ? WAIT : `Simulates ${seconds} s on a copy in both phases, with the same input.`}
        onClick={compare}
      />
      <Command
        icon="pin"
        label="Pin this run"
        disabled={busy || status.n_steps === 0}
        hint={
          status.n_steps === 0
            ? "Run the model first."
            : "Keeps what was recorded, to be drawn below later runs."
        }
        onClick={() => void store.act("pin", {})}
      />
      <Command
        icon="curve"
        label="Neurons"
        disabled={busy || ensemble < 0}
        hint={
          ensemble < 0
            ? "Select an ensemble in the tree."
            : `Shows how the neurons of ${view.rows.names.get(ensemble)} respond.`
        }
        onClick={() => void store.act("look_at_neurons", { row: ensemble })}
      />
    </div>
  );
}

function Pin({ pin, onRemove }: { pin: PinRecord; onRemove(): void }) {
  return (
    <li class="ne-pin">
      <span class="ne-pin-text">
        <strong>{pin.title}</strong>{" "}
        <span class="ne-muted">
          {pin.differences.length > 0
            ? "The present run has:"
            : "The present run has the same settings."}
        </span>
        {pin.differences.length > 0 && (
          <ul class="ne-pin-differences">
            {pin.differences.map((difference) => (
              <li key={difference} dir="auto">
                {difference}
              </li>
            ))}
          </ul>
        )}
      </span>
      <IconButton icon="close" label={`Remove ${pin.title}`} onClick={onRemove} />
    </li>
  );
}

function Pins({ store, view }: Regions) {
  const { pins, pinned } = store.proof;
  if (pins.length === 0) return null;
  return (
    <section class="ne-proof-part" aria-label="Pinned runs">
      <h3 class="ne-proof-title">Pinned runs</h3>
      <ul class="ne-pins">
        {pins.map((pin) => (
          <Pin
            key={pin.number}
            pin={pin}
            onRemove={() => void store.act("unpin", { number: pin.number })}
          />
        ))}
      </ul>
      {pinned.length === 0 && (
        <p class="ne-muted">Run the model again to see both runs in one figure.</p>
      )}
      <ProofFigures figures={pinned} view={view} />
    </section>
  );
}

export function ProofPane({ store, view }: Regions) {
  useChanges(view);
  const { gradients, movement, phases, neurons } = store.proof;
  return (
    <section class="ne-pane ne-proof" aria-label="Proof">
      <div class="ne-pane-head">
        <h2 class="ne-title">Proof</h2>
        <span class="ne-muted">what the settings claim, tried out</span>
      </div>
      <Commands store={store} view={view} />
      {gradients && <ProofTableView table={gradients} view={view} />}
      {movement && <ProofTableView table={movement} view={view} />}
      {phases.length > 0 && (
        <section class="ne-proof-part" aria-label="Rates and spikes">
          <h3 class="ne-proof-title">Rates and spikes</h3>
          <ProofFigures figures={phases} view={view} />
        </section>
      )}
      <Pins store={store} view={view} />
      {neurons.length > 0 && (
        <section class="ne-proof-part" aria-label="Neurons">
          <ProofFigures figures={neurons} view={view} />
        </section>
      )}
    </section>
  );
}
