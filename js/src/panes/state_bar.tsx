/** What concerns all settings together: undo and redo, the code, files. */
import { useEffect, useRef, useState } from "preact/hooks";
import { LOCKED_HINT } from "../controls/command";
import { CopyButton } from "../controls/copy_button";
import { download, fileName } from "../controls/files";
import { type ActionIcon, Icon } from "../controls/icons";
import type { HistoryAction } from "../history_keys";
import { useId } from "../hooks";
import type { ExplorerStore } from "../store";

interface BarButtonProps {
  store: ExplorerStore;
  /** By which an instructor locks or hides it. */
  name: string;
  icon: ActionIcon;
  label: string;
  hint: string;
  disabled?: boolean;
  expanded?: boolean;
  controls?: string;
  onClick(): void;
}

/** A disabled button keeps its place in the tab order, so that the focus is not lost by using it. */
function BarButton(props: BarButtonProps) {
  const { icon, label, expanded, controls, onClick } = props;
  const lock = props.store.lockOf(props.name);
  if (lock === "hidden") return null;
  const disabled = props.disabled || lock === "locked";
  const hint = lock === "locked" ? LOCKED_HINT : props.hint;
  return (
    <button
      type="button"
      class="ne-button ne-bar-button"
      aria-disabled={disabled}
      aria-expanded={expanded}
      aria-controls={controls}
      title={hint}
      onClick={() => !disabled && onClick()}
    >
      <Icon name={icon} />
      <span class="ne-bar-label">{label}</span>
    </button>
  );
}

const STEPS = {
  undo: { icon: "undo", label: "Undo", keys: "Ctrl+Z", done: "Undone" },
  redo: { icon: "redo", label: "Redo", keys: "Ctrl+Shift+Z", done: "Made again" },
} as const;

function Step({ store, action }: { store: ExplorerStore; action: HistoryAction }) {
  const { icon, label, keys } = STEPS[action];
  const what = store.edits[action];
  return (
    <BarButton
      store={store}
      name="undo"
      icon={icon}
      label={label}
      hint={what ? `${label}: ${what} (${keys})` : `Nothing to ${action}`}
      disabled={what === ""}
      onClick={() => void store.step(action)}
    />
  );
}

/** The code as it is now: asked for again whenever settings have changed. */
function useCode(store: ExplorerStore, open: boolean): string | null {
  const [code, setCode] = useState<string | null>(null);
  const latest = useRef(0);
  useEffect(() => {
    if (!open) return;
    const question = ++latest.current;
    void store.ask("code", {}).then((answer) => {
      if (answer !== null && question === latest.current) setCode(answer);
    });
  }, [store, open, store.stateRevision, store.globals]);
  return code;
}

function Code({ store, id, open }: { store: ExplorerStore; id: string; open: boolean }) {
  const code = useCode(store, open);
  return (
    <div id={id} class="ne-bar-panel" hidden={!open}>
      <p class="ne-muted">
        The smallest code that gives these settings on a fresh copy of the network.
      </p>
      {code !== null && (
        <div class="ne-code">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long code scrolls by keyboard */}
          <pre tabIndex={0} role="region" aria-label="All settings in Python">
            {code}
          </pre>
          <CopyButton text={code} what="all settings as code" />
        </div>
      )}
    </div>
  );
}

/** What has just been done here, for a moment on screen and once for screen readers. */
function useMessage(): [string, (text: string) => void] {
  const [message, setMessage] = useState("");
  useEffect(() => {
    if (message === "") return;
    const timer = setTimeout(() => setMessage(""), 4000);
    return () => clearTimeout(timer);
  }, [message]);
  return [message, setMessage];
}

function useFiles(store: ExplorerStore, say: (text: string) => void) {
  const name = (ending: string) => fileName(store.rows?.names.get(0) ?? "", ending);
  const save = async () => {
    const text = await store.ask("file", { kind: "settings" });
    if (text === null) return;
    download(name("settings.json"), "application/json", text);
    say("Settings saved");
  };
  const savePage = async () => {
    const text = await store.ask("file", { kind: "page" });
    if (text === null) return;
    download(name("explorer.html"), "text/html", text);
    say("Page saved");
  };
  const load = async (file: File) => {
    const changed = await store.ask("load_settings", { text: await file.text() });
    if (changed === null) return;
    say(changed === 1 ? "1 setting changed" : `${changed} settings changed`);
  };
  return { save, savePage, load };
}

function LoadButton({ store, onFile }: { store: ExplorerStore; onFile(file: File): void }) {
  const input = useRef<HTMLInputElement>(null);
  const take = (field: HTMLInputElement) => {
    const file = field.files?.[0];
    if (file) onFile(file);
    field.value = ""; // so that the same file can be chosen again
  };
  return (
    <>
      <BarButton
        store={store}
        name="load"
        icon="load"
        label="Load"
        hint="Take all settings from a JSON file"
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="File of settings"
        onChange={(event) => take(event.currentTarget)}
      />
    </>
  );
}

export function StateBar({ store }: { store: ExplorerStore }) {
  const [codeOpen, setCodeOpen] = useState(false);
  const [message, say] = useMessage();
  const { save, savePage, load } = useFiles(store, say);
  const id = useId();
  useEffect(() => {
    if (store.stepped) say(`${STEPS[store.stepped.action].done}: ${store.stepped.title}`);
  }, [store.stepped]);
  return (
    <section class="ne-pane ne-bar" aria-label="All settings">
      <div class="ne-bar-row">
        <Step store={store} action="undo" />
        <Step store={store} action="redo" />
        <span class="ne-bar-message ne-muted" role="status">
          {message}
        </span>
        <BarButton
          store={store}
          name="code"
          icon="code"
          label="Code"
          hint="All settings in Python"
          expanded={codeOpen}
          controls={`${id}-code`}
          onClick={() => setCodeOpen(!codeOpen)}
        />
        <BarButton
          store={store}
          name="save"
          icon="save"
          label="Save"
          hint="Save all settings to a JSON file"
          onClick={() => void save()}
        />
        <LoadButton store={store} onFile={(file) => void load(file)} />
        <BarButton
          store={store}
          name="page"
          icon="page"
          label="Page"
          hint="Save tree, reasons and plots as a page that needs no kernel"
          onClick={() => void savePage()}
        />
      </div>
      <Code store={store} id={`${id}-code`} open={codeOpen} />
    </section>
  );
}
