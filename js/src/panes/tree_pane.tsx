/** The tree with its search box and the menu of the Setting controls. */
import { useState } from "preact/hooks";
import type { RuleSetting } from "../actions/settings";
import { Icon } from "../controls/icons";
import { useChanges } from "../hooks";
import type { ExplorerStore } from "../store";
import { optionOf, settingCode } from "../tree/labels";
import { type MenuRequest, SettingMenu } from "../tree/setting_menu";
import { TreeGrid } from "../tree/tree_grid";
import type { ViewState } from "../view_state";

interface TreePaneProps {
  store: ExplorerStore;
  view: ViewState;
  host: HTMLElement;
}

function Search({ view }: { view: ViewState }) {
  useChanges(view);
  const { filtered } = view;
  return (
    <div class="ne-search">
      <Icon name="search" />
      <input
        type="search"
        class="ne-search-field"
        aria-label="Filter rows by name"
        placeholder="Filter by name"
        spellcheck={false}
        value={view.query}
        onInput={(event) => view.setQuery(event.currentTarget.value)}
      />
      <span class="ne-search-count" role="status">
        {filtered && `${filtered.matches.toLocaleString("en")} found`}
      </span>
    </div>
  );
}

function menuRequest(
  { store, view, host }: TreePaneProps,
  row: number,
  button: HTMLElement,
): MenuRequest | null {
  const option = optionOf(view.rows.controls[row] ?? 0);
  if (!option || !store.states) return null;
  const frame = host.getBoundingClientRect();
  const box = button.getBoundingClientRect();
  return {
    row,
    option,
    code: settingCode(store.states, option, row),
    name: view.rows.names.get(row),
    left: box.left - frame.left,
    top: box.top - frame.top,
    bottom: box.bottom - frame.top,
    width: frame.width,
    height: frame.height,
  };
}

export function TreePane(props: TreePaneProps) {
  const { store, view } = props;
  const [menu, setMenu] = useState<{ request: MenuRequest; button: HTMLElement } | null>(null);
  const open = (row: number, button: HTMLElement) => {
    const request = menuRequest(props, row, button);
    setMenu(request && { request, button });
  };
  const choose = (setting: RuleSetting) => {
    if (!menu) return;
    const { row, option } = menu.request;
    menu.button.focus();
    setMenu(null);
    void store.act("set_rule", { row, option, setting });
  };
  return (
    <section class="ne-pane ne-tree-pane" aria-label="Network">
      <div class="ne-pane-head">
        <h2 class="ne-title">Network</h2>
        <Search view={view} />
        <button
          type="button"
          class="ne-button ne-icon-button"
          aria-label="Expand all"
          title="Expand all"
          onClick={() => view.setAllExpanded(true)}
        >
          <Icon name="expand_all" />
        </button>
        <button
          type="button"
          class="ne-button ne-icon-button"
          aria-label="Collapse all"
          title="Collapse all"
          onClick={() => view.setAllExpanded(false)}
        >
          <Icon name="collapse_all" />
        </button>
      </div>
      <TreeGrid view={view} states={store.states} menuRow={menu?.request.row ?? -1} onMenu={open} />
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
    </section>
  );
}
