/** The tree with its search, the menu of the Setting controls, and settings for many rows. */
import { useRef, useState } from "preact/hooks";
import type { RuleSetting } from "../actions/settings";
import { IconButton } from "../controls/icon_button";
import type { ExplorerStore } from "../store";
import { BulkPreview, type BulkRequest, SelectionBar } from "../tree/bulk";
import { controlOf, optionTitle, settingCode } from "../tree/labels";
import { isLockedRow } from "../tree/locks";
import { Filters, SearchField } from "../tree/search_bar";
import { type MenuRequest, SettingMenu } from "../tree/setting_menu";
import { TreeGrid } from "../tree/tree_grid";
import type { ViewState } from "../view_state";

interface TreePaneProps {
  store: ExplorerStore;
  view: ViewState;
  host: HTMLElement;
}

function menuRequest(
  { store, view, host }: TreePaneProps,
  row: number,
  button: HTMLElement,
): MenuRequest | null {
  const control = store.states && controlOf(view.rows, store.states, row);
  if (!control || !store.states) return null;
  const frame = host.getBoundingClientRect();
  const box = button.getBoundingClientRect();
  const name = view.rows.names.get(row);
  const rule =
    control === "all"
      ? { option: "trainable" as const, code: 0, title: "All in it", name: `Everything in ${name}` }
      : {
          option: control,
          code: settingCode(store.states, control, row),
          title: optionTitle(control),
          name: `${optionTitle(control)} setting of ${name}`,
        };
  return {
    row,
    ...rule,
    left: box.left - frame.left,
    top: box.top - frame.top,
    bottom: box.bottom - frame.top,
    width: frame.width,
    height: frame.height,
  };
}

function Head({ view, field }: Parameters<typeof SearchField>[0]) {
  return (
    <div class="ne-pane-head">
      <h2 class="ne-title">Network</h2>
      <SearchField view={view} field={field} />
      <IconButton icon="expand_all" label="Expand all" onClick={() => view.setAllExpanded(true)} />
      <IconButton
        icon="collapse_all"
        label="Collapse all"
        onClick={() => view.setAllExpanded(false)}
      />
    </div>
  );
}

export function TreePane(props: TreePaneProps) {
  const { store, view } = props;
  const [menu, setMenu] = useState<{ request: MenuRequest; button: HTMLElement } | null>(null);
  const [bulk, setBulk] = useState<BulkRequest | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const pane = useRef<HTMLElement>(null);
  const { locked_rows } = store.lesson;
  const isLocked = (row: number) =>
    isLockedRow(view, locked_rows, (option) => store.lockOf(option), row);
  const open = (row: number, button: HTMLElement) => {
    if (isLocked(row)) return;
    const request = menuRequest(props, row, button);
    setMenu(request && { request, button });
  };
  const choose = (setting: RuleSetting) => {
    if (!menu) return;
    const { row, option, code } = menu.request;
    menu.button.focus();
    setMenu(null);
    if (code === 0) setBulk({ rows: [row], option, setting });
    else void store.act("set_rule", { row, option, setting });
  };
  const closeBulk = () => {
    setBulk(null);
    pane.current?.querySelector<HTMLElement>("[data-focus]")?.focus();
  };
  return (
    <section class="ne-pane ne-tree-pane" aria-label="Network" ref={pane}>
      <Head view={view} field={field} />
      <Filters view={view} />
      <TreeGrid
        view={view}
        states={store.states}
        revision={store.stateRevision}
        menuRow={menu?.request.row ?? -1}
        isLocked={isLocked}
        onMenu={open}
        onSearch={() => field.current?.focus()}
      />
      <SelectionBar view={view} onChoose={setBulk} />
      {menu && (
        <SettingMenu
          key={menu.request.row}
          request={menu.request}
          onChoose={choose}
          onClose={(refocus) => {
            if (refocus) menu.button.focus();
            setMenu(null);
          }}
        />
      )}
      {bulk && <BulkPreview store={store} request={bulk} onClose={closeBulk} />}
    </section>
  );
}
