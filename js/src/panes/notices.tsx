/** What must not be overlooked: errors, a changed network, a silent or lost kernel. */
import { IconButton } from "../controls/icon_button";
import { Icon } from "../controls/icons";
import type { StatusError } from "../model";
import type { ExplorerStore } from "../store";

function RunError({ error }: { error: StatusError }) {
  return (
    <div class="ne-note ne-note-error">
      <Icon name="warning" />
      <div class="ne-note-body">
        <strong>{error.type}</strong>: <span class="ne-note-text">{error.text}</span>
        {error.traceback && (
          <details>
            <summary>Traceback</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long traceback scrolls by keyboard */}
            <pre class="ne-traceback" tabIndex={0} role="region" aria-label="Traceback">
              {error.traceback}
            </pre>
          </details>
        )}
      </div>
    </div>
  );
}

function Refused({ store }: { store: ExplorerStore }) {
  if (!store.problem) return null;
  return (
    <div class="ne-note ne-note-error">
      <Icon name="warning" />
      <div class="ne-note-body">
        <strong>{store.problem.title}</strong>:{" "}
        <span class="ne-note-text">{store.problem.text}</span>
      </div>
      <IconButton icon="close" label="Dismiss" onClick={() => store.dismissProblem()} />
    </div>
  );
}

function Connection({ store }: { store: ExplorerStore }) {
  if (store.connectionLost) {
    return (
      <p class="ne-note ne-note-warning">
        <Icon name="warning" />
        The connection to the kernel was lost. What is shown is the last known state; run the cell
        again to reconnect.
      </p>
    );
  }
  if (store.late.length === 0) return null;
  // It comes and goes while somebody works, so it lies on the page and moves nothing.
  return (
    <p class="ne-note ne-note-kernel">
      <Icon name="hourglass" />
      {store.commands.heard
        ? "Waiting for the kernel, which is busy, such as with a cell. What you asked for is carried " +
          "out as soon as it is free."
        : "Waiting for the kernel, which has not answered here yet: it is busy, or there is none. If " +
          "no cell is running, run this one again."}
    </p>
  );
}

function Changed({ store }: { store: ExplorerStore }) {
  if (!store.status.structure_changed) return null;
  return (
    <div class="ne-note ne-note-info">
      <span class="ne-note-body">The network was edited after this view was made.</span>
      <button type="button" class="ne-button" onClick={() => void store.act("refresh", {})}>
        <Icon name="reset" />
        Refresh
      </button>
    </div>
  );
}

export function Notices({ store }: { store: ExplorerStore }) {
  const { error } = store.status;
  return (
    <div class="ne-notices">
      <div role="alert">
        {error && <RunError error={error} />}
        <Refused store={store} />
      </div>
      <div role="status">
        <Connection store={store} />
        <Changed store={store} />
      </div>
    </div>
  );
}
