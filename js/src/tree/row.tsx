/** One row of the tree and its cells. */
import type { RuleOption } from "../actions/settings";
import { Icon, StateIcon } from "../controls/icons";
import type { States } from "../decode";
import type { ViewState } from "../view_state";
import type { Column } from "./columns";
import { ROW } from "./keyboard";
import {
  controlOf,
  effectiveOf,
  optionTitle,
  parametersText,
  settingCode,
  settingName,
  settingText,
} from "./labels";
import { NameCell } from "./name_cell";
import { ROW_HEIGHT } from "./virtual";

export interface RowProps {
  view: ViewState;
  states: States | null;
  columns: Column[];
  index: number;
  menuOpen: boolean;
}

interface SettingProps {
  option: RuleOption;
  code: number;
  name: string;
  focused: boolean;
  open: boolean;
}

/** The rule of a row itself. */
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

/** A network has no rule of its own; here everything in it gets one setting. */
function SetAllButton({ name, focused, open }: { name: string; focused: boolean; open: boolean }) {
  return (
    <button
      type="button"
      class="ne-setting ne-setting-all"
      tabIndex={focused ? 0 : -1}
      data-focus={focused ? "" : undefined}
      data-setting=""
      aria-haspopup="menu"
      aria-expanded={open}
      aria-label={`Set everything in ${name}`}
      title={`Set everything in ${name}`}
    >
      <span class="ne-setting-text">Set all{"\u2026"}</span>
      <Icon name="caret" />
    </button>
  );
}

interface EffectiveProps {
  states: States;
  row: number;
  note: string;
  narrow: boolean;
}

function EffectiveCell({ states, row, note, narrow }: EffectiveProps) {
  const label = effectiveOf(states, row, note);
  return (
    <span class={`ne-effective ne-tone-${label.tone}`} title={label.text}>
      <StateIcon name={label.icon} />
      <span class="ne-effective-text">{(narrow && label.short) || label.text}</span>
    </span>
  );
}

function cellContent(props: RowProps, column: Column, row: number, focused: boolean) {
  const { view, states } = props;
  const { rows } = view;
  if (column.name === "name") return <NameCell view={view} states={states} row={row} />;
  if (column.name === "size") {
    const size = rows.sizes.get(row);
    return <span title={size}>{size}</span>;
  }
  if (column.name === "parameters") return parametersText(rows.parameters[row] ?? -1);
  if (!states) return null;
  if (column.name === "effective") {
    const note = rows.notes.get(row);
    const narrow = column.narrow ?? false;
    return <EffectiveCell states={states} row={row} note={note} narrow={narrow} />;
  }
  const control = controlOf(rows, states, row);
  const name = rows.names.get(row);
  if (control === null) return null;
  if (control === "all") {
    return <SetAllButton name={name} focused={focused} open={props.menuOpen} />;
  }
  return (
    <SettingButton
      option={control}
      code={settingCode(states, control, row)}
      name={name}
      focused={focused}
      open={props.menuOpen}
    />
  );
}

export function TreeRow(props: RowProps) {
  const { view, columns, index, states } = props;
  const row = view.visible.rows[index] ?? 0;
  const focusedColumn =
    view.focusedRow === row ? Math.min(view.focusedColumn, columns.length - 1) : null;
  const settable = states !== null && controlOf(view.rows, states, row) !== null;
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
      aria-selected={view.selection.has(row)}
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
