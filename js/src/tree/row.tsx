/** One row of the tree and its cells. */
import { Component } from "preact";
import { Icon, StateIcon } from "../controls/icons";
import type { States } from "../decode";
import type { ViewState } from "../view_state";
import type { Column } from "./columns";
import { ROW } from "./keyboard";
import {
  type Control,
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

/** What a row looks like, besides its states. */
export interface Look {
  row: number;
  index: number;
  /** Column with the focus, `ROW` for the whole row, null for none. */
  focusedColumn: number | null;
  selected: boolean;
  expandable: boolean;
  expanded: boolean;
  position: number;
  siblings: number;
  /** The part of its name that was looked for. */
  wanted: string;
}

export function lookOf(view: ViewState, index: number, columns: Column[]): Look {
  const row = view.visible.rows[index] ?? 0;
  return {
    row,
    index,
    focusedColumn:
      view.focusedRow === row ? Math.min(view.focusedColumn, columns.length - 1) : null,
    selected: view.selection.has(row),
    expandable: view.isExpandable(row),
    expanded: view.isExpanded(row),
    position: view.visible.position[index] ?? 1,
    siblings: view.visible.siblings(index),
    wanted: view.filtered?.matching[row] ? view.criteria.text.trim().toLocaleLowerCase() : "",
  };
}

export interface RowProps extends Look {
  view: ViewState;
  states: States | null;
  /** Grows with every change of states. */
  revision: number;
  columns: Column[];
  menuOpen: boolean;
  /** Whether an instructor has locked its setting. */
  locked: boolean;
}

interface SettingProps {
  /** Kind of setting, for the style. */
  kind: string;
  text: string;
  title: string;
  /** Name for assistive technology. */
  name: string;
  focused: boolean;
  open: boolean;
  locked: boolean;
}

const LOCKED = "locked for this lesson";

/** Opens the choices for a row; a locked one keeps its place among the stops of the keyboard. */
function SettingButton({ kind, text, title, name, focused, open, locked }: SettingProps) {
  return (
    <button
      type="button"
      class={`ne-setting ne-setting-${kind}`}
      tabIndex={focused ? 0 : -1}
      data-focus={focused ? "" : undefined}
      data-setting=""
      aria-haspopup="menu"
      aria-expanded={open}
      aria-disabled={locked ? true : undefined}
      aria-label={locked ? `${name}, ${LOCKED}` : name}
      title={locked ? `${title}, ${LOCKED}` : title}
    >
      <span class="ne-setting-text">{text}</span>
      {locked ? <StateIcon name="locked" /> : <Icon name="caret" />}
    </button>
  );
}

/** What the button of a row says; a network has no rule of its own, but all in it can be set. */
function settingOf(control: Exclude<Control, null>, states: States, name: string, row: number) {
  if (control === "all") {
    const title = `Set everything in ${name}`;
    return { kind: "all", text: "Set all\u2026", title, name: title };
  }
  const code = settingCode(states, control, row);
  const text = settingText(control, code);
  const title = `${optionTitle(control)}: ${text}`;
  return { kind: String(code), text, title, name: settingName(control, name, code) };
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

function cellContent(props: RowProps, column: Column, focused: boolean) {
  const { view, states, row } = props;
  const { rows } = view;
  if (column.name === "name") return <NameCell {...props} />;
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
  return (
    <SettingButton
      {...settingOf(control, states, name, row)}
      focused={focused}
      open={props.menuOpen}
      locked={props.locked}
    />
  );
}

function Cell({ props, at, settable }: { props: RowProps; at: number; settable: boolean }) {
  const column = props.columns[at];
  if (!column) return null;
  const focused = props.focusedColumn === at;
  // A cell with a control leaves the focus to the control.
  const ownFocus = !(column.name === "setting" && settable);
  return (
    <div
      role="gridcell"
      class={`ne-cell ne-cell-${column.name}`}
      data-column={at}
      aria-colindex={at + 1}
      tabIndex={ownFocus ? (focused ? 0 : -1) : undefined}
      data-focus={ownFocus && focused ? "" : undefined}
    >
      {cellContent(props, column, focused)}
    </div>
  );
}

/** Drawn anew only when something of it has changed: scrolling redraws none that stays. */
export class TreeRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const names = Object.keys(next) as (keyof RowProps)[];
    return names.some((name) => next[name] !== this.props[name]);
  }

  override render() {
    const { view, states, columns, row, index, focusedColumn, expandable } = this.props;
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
        aria-posinset={this.props.position}
        aria-setsize={this.props.siblings}
        aria-rowindex={index + 2}
        aria-selected={this.props.selected}
        aria-expanded={expandable ? this.props.expanded : undefined}
      >
        {columns.map((column, at) => (
          <Cell key={column.name} props={this.props} at={at} settable={settable} />
        ))}
      </div>
    );
  }
}
