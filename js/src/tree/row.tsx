/** One row of the tree and its cells. */

import type { RuleOption } from "../actions/settings";
import { Icon, KindIcon, StateIcon } from "../controls/icons";
import type { States } from "../decode";
import type { ViewState } from "../view_state";
import type { Column } from "./columns";
import { ROW } from "./keyboard";
import {
  effectiveOf,
  kindName,
  optionOf,
  optionTitle,
  parametersText,
  settingCode,
  settingName,
  settingText,
} from "./labels";
import { ROW_HEIGHT } from "./virtual";

const DEEPEST_INDENT = 12;
const WARNING_FLAG = 1;

export interface RowProps {
  view: ViewState;
  states: States | null;
  columns: Column[];
  index: number;
  menuOpen: boolean;
}

function NameCell({ view, states, row }: { view: ViewState; states: States | null; row: number }) {
  const { rows } = view;
  const kind = rows.kinds[rows.kind[row] ?? 0] ?? "";
  const name = rows.names.get(row);
  const indent = Math.min(view.level(row) - 1, DEEPEST_INDENT);
  return (
    <span class="ne-name" style={{ "--ne-indent": indent }}>
      <span class="ne-expander" data-expander={view.isExpandable(row) ? "" : undefined}>
        {view.isExpandable(row) && <Icon name="chevron" />}
      </span>
      <KindIcon kind={kind} />
      <span class="ne-hidden">{kindName(rows, row)}: </span>
      <span class={`ne-label ne-label-${kind}`} title={name} dir="auto">
        {name}
      </span>
      {((states?.flags[row] ?? 0) & WARNING_FLAG) !== 0 && (
        <span class="ne-warning-mark" title="Has a warning: see the explanation">
          <Icon name="warning" />
          <span class="ne-hidden">has a warning</span>
        </span>
      )}
    </span>
  );
}

interface SettingProps {
  option: RuleOption;
  code: number;
  name: string;
  focused: boolean;
  open: boolean;
}

function SettingButton({ option, code, name, focused, open }: SettingProps) {
  return (
    <button
      type="button"
      class={`ne-setting ne-setting-${code}`}
      tabIndex={focused ? 0 : -1}
      data-focus={focused ? "" : undefined}
      data-setting=""
      aria-haspopup="menu"
      aria-expanded={open}
      aria-label={settingName(option, name, code)}
      title={`${optionTitle(option)}: ${settingText(option, code)}`}
    >
      <span class="ne-setting-text">{settingText(option, code)}</span>
      <Icon name="caret" />
    </button>
  );
}

function EffectiveCell({ states, row }: { states: States; row: number }) {
  const label = effectiveOf(states, row);
  return (
    <span class={`ne-effective ne-tone-${label.tone}`} title={label.text}>
      <StateIcon name={label.icon} />
      <span class="ne-effective-text">{label.text}</span>
    </span>
  );
}

function cellContent(props: RowProps, column: Column, row: number, focused: boolean) {
  const { view, states } = props;
  const { rows } = view;
  if (column.name === "name") return <NameCell view={view} states={states} row={row} />;
  if (column.name === "size") return rows.sizes.get(row);
  if (column.name === "parameters") return parametersText(rows.parameters[row] ?? -1);
  if (!states) return null;
  if (column.name === "effective") return <EffectiveCell states={states} row={row} />;
  const option = optionOf(rows.controls[row] ?? 0);
  if (!option) return null;
  return (
    <SettingButton
      option={option}
      code={settingCode(states, option, row)}
      name={rows.names.get(row)}
      focused={focused}
      open={props.menuOpen}
    />
  );
}

export function TreeRow(props: RowProps) {
  const { view, columns, index } = props;
  const row = view.visible.rows[index] ?? 0;
  const focusedColumn =
    view.focusedRow === row ? Math.min(view.focusedColumn, columns.length - 1) : null;
  const settable = optionOf(view.rows.controls[row] ?? 0) !== null && props.states !== null;
  return (
    <div
      role="row"
      class={`ne-row ne-row-${view.rows.kinds[view.rows.kind[row] ?? 0] ?? ""}`}
      style={{ transform: `translateY(${index * ROW_HEIGHT}px)` }}
      data-row={row}
      data-focus={focusedColumn === ROW ? "" : undefined}
      tabIndex={focusedColumn === ROW ? 0 : -1}
      aria-level={view.level(row)}
      aria-posinset={view.visible.position[index]}
      aria-setsize={view.visible.siblings(index)}
      aria-rowindex={index + 2}
      aria-selected={view.selectedRow === row}
      aria-expanded={view.isExpandable(row) ? view.isExpanded(row) : undefined}
    >
      {columns.map((column, i) => {
        const focused = focusedColumn === i;
        // A cell with a control leaves the focus to the control.
        const ownFocus = !(column.name === "setting" && settable);
        return (
          <div
            key={column.name}
            role="gridcell"
            class={`ne-cell ne-cell-${column.name}`}
            data-column={i}
            aria-colindex={i + 1}
            tabIndex={ownFocus ? (focused ? 0 : -1) : undefined}
            data-focus={ownFocus && focused ? "" : undefined}
          >
            {cellContent(props, column, row, focused)}
          </div>
        );
      })}
    </div>
  );
}
