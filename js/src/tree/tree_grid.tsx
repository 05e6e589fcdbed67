/** The network as a treegrid of which only the rows near the screen exist. */
import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { States } from "../decode";
import { useChanges, useSize } from "../hooks";
import type { ViewState } from "../view_state";
import { type Column, columnsFor, tracksOf } from "./columns";
import { type Action, actionOf, findTyped, ROW, type Surroundings, TypeAhead } from "./keyboard";
import { controlOf } from "./labels";
import { lookOf, TreeRow } from "./row";
import type { Selecting } from "./selection";
import { firstInBlock, ROW_HEIGHT, renderedIndexes, scrollToShow, visibleRange } from "./virtual";

const HEADER_HEIGHT = 30;
const MAX_HEIGHT = 440;

export interface TreeGridProps {
  view: ViewState;
  states: States | null;
  /** Grows with every change of states. */
  revision: number;
  /** Row whose menu is open, or -1. */
  menuRow: number;
  /** Whether an instructor has locked the setting of a row. */
  isLocked(row: number): boolean;
  onMenu(row: number, button: HTMLElement): void;
  /** Go to the search field. */
  onSearch(): void;
}

function surroundings(
  { view, columns, states, height }: Pick<Hands, "view" | "columns" | "states" | "height">,
  typing: boolean,
): Surroundings {
  const row = view.focusedRow;
  return {
    index: view.visible.indexOf(row),
    column: Math.min(view.focusedColumn, columns.length - 1),
    rowCount: view.visible.rows.length,
    columnCount: columns.length,
    settingColumn: columns.findIndex((column) => column.name === "setting"),
    pageSize: Math.max(1, Math.floor(height / ROW_HEIGHT) - 1),
    parentIndex: view.visible.indexOf(view.parent(row)),
    expandable: view.isExpandable(row),
    expanded: view.isExpanded(row),
    settable: states !== null && controlOf(view.rows, states, row) !== null,
    selected: view.selection.size,
    typing,
  };
}

/** Focus follows the view: after a key, after a link, and after the rows were drawn anew. */
function useFocus(
  grid: RefObject<HTMLDivElement | null>,
  view: ViewState,
  height: number,
): { request(): void } {
  const wanted = useRef(false);
  const index = view.visible.indexOf(view.focusedRow);
  useLayoutEffect(() => {
    const element = grid.current;
    if (!element) return;
    // A host whose height is not known yet (hidden tab) must not scroll to a wrong place.
    if (height > 0) {
      const top = scrollToShow(Math.max(0, index), element.scrollTop, height);
      if (top !== element.scrollTop) element.scrollTop = top;
    }
  }, [view, index]);
  useLayoutEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    grid.current?.querySelector<HTMLElement>("[data-focus]")?.focus({ preventScroll: true });
  });
  useEffect(() => {
    const owner = new AbortController();
    view.onReveal(() => {
      wanted.current = true;
    }, owner.signal);
    return () => owner.abort();
  }, [view]);
  return {
    request: () => {
      wanted.current = true;
    },
  };
}

function rowOf(target: EventTarget | null): number {
  const element = (target as Element | null)?.closest<HTMLElement>("[data-row]");
  return element ? Number(element.dataset.row) : -1;
}

function Header({ columns }: { columns: Column[] }) {
  return (
    <div role="rowgroup" class="ne-tree-head">
      <div role="row" class="ne-head-row" aria-rowindex={1}>
        {columns.map((column, i) => (
          <div
            key={column.name}
            role="columnheader"
            class={`ne-cell ne-cell-${column.name}`}
            aria-colindex={i + 1}
          >
            {column.title}
          </div>
        ))}
      </div>
    </div>
  );
}

interface Hands {
  grid: RefObject<HTMLDivElement | null>;
  view: ViewState;
  columns: Column[];
  states: States | null;
  height: number;
  focus: { request(): void };
  onMenu(row: number, button: HTMLElement): void;
  onSearch(): void;
}

function useKeyboard(hands: Hands) {
  const { grid, view, focus, onMenu, onSearch } = hands;
  const typeAhead = useMemo(() => new TypeAhead(), []);
  const find = (letter: string, from: number) => {
    const { rows } = view.visible;
    const nameOf = (i: number) => view.rows.names.get(rows[i] ?? 0);
    return findTyped(typeAhead.add(letter, performance.now()), from, rows.length, nameOf);
  };
  const openMenu = (row: number, column: number) => {
    view.focus(row, column, "none");
    const button = grid.current?.querySelector<HTMLElement>(`[data-row="${row}"] [data-setting]`);
    if (button) onMenu(row, button);
  };
  const perform = (action: Action, at: Surroundings) => {
    const row = view.focusedRow;
    if (action.type === "search") {
      onSearch();
      return;
    }
    focus.request();
    switch (action.type) {
      case "focus":
        view.focus(view.visible.rows[action.index] ?? row, action.column, action.selecting);
        break;
      case "toggle":
        view.toggle(row);
        break;
      case "expand_siblings":
        view.expandSiblings(row);
        break;
      case "menu":
        openMenu(row, at.settingColumn);
        break;
      case "toggle_selected":
        view.toggleSelected(row);
        break;
      case "select_all":
        view.selectAll();
        break;
      case "select_one":
        view.selectOne();
        break;
      case "type_ahead": {
        const found = find(action.text, at.index);
        if (found >= 0) view.focus(view.visible.rows[found] ?? row, ROW);
      }
    }
  };
  return (event: KeyboardEvent) => {
    const at = surroundings(hands, typeAhead.isGoingOn(performance.now()));
    const action = actionOf(event, at);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    perform(action, at);
  };
}

/** What a click does to the selection, as in lists of files. */
function selectingOf(event: MouseEvent): Selecting {
  return event.shiftKey ? "extend" : "one";
}

function mouseOf({ view, columns, focus, onMenu }: Hands) {
  const onClick = (event: MouseEvent) => {
    const row = rowOf(event.target);
    if (row < 0) return;
    const target = event.target as Element;
    const button = target.closest<HTMLElement>("[data-setting]");
    focus.request();
    const column = button ? columns.findIndex((shown) => shown.name === "setting") : ROW;
    if (button) {
      view.focus(row, column, view.selection.has(row) ? "none" : "one");
      onMenu(row, button);
    } else if (target.closest("[data-expander]")) {
      view.focus(row, column, "one");
      view.toggle(row);
    } else if (event.ctrlKey || event.metaKey) {
      view.focus(row, column, "none");
      view.toggleSelected(row);
    } else {
      view.focus(row, column, selectingOf(event));
    }
  };
  const onDblClick = (event: MouseEvent) => {
    const target = event.target as Element;
    if (!target.closest("[data-setting], [data-expander]")) view.toggle(rowOf(target));
  };
  return { onClick, onDblClick };
}

/** A focus that the browser has set, as when somebody comes back with the Tab key. */
function takeFocus(view: ViewState, event: FocusEvent): void {
  const row = rowOf(event.target);
  const cell = (event.target as Element).closest<HTMLElement>("[data-column]");
  const column = cell ? Number(cell.dataset.column) : ROW;
  if (row >= 0 && (row !== view.focusedRow || column !== view.focusedColumn)) {
    view.focus(row, column, view.selection.has(row) ? "none" : "one");
  }
}

export function TreeGrid(props: TreeGridProps) {
  const { view, states, revision, menuRow, onMenu, onSearch } = props;
  useChanges(view);
  const [grid, size] = useSize<HTMLDivElement>();
  const [first, setFirst] = useState(0);
  const columns = columnsFor(size.width);
  const height = Math.max(0, size.height - HEADER_HEIGHT);
  const focus = useFocus(grid, view, height);
  const count = view.visible.rows.length;
  const range = visibleRange(first, height || MAX_HEIGHT, count);
  const hands: Hands = { grid, view, columns, states, height, focus, onMenu, onSearch };
  const onKeyDown = useKeyboard(hands);
  const bodyHeight = count * ROW_HEIGHT;
  return (
    <div
      ref={grid}
      class="ne-tree"
      role="treegrid"
      aria-label="Network: settings of each object and parameter"
      aria-rowcount={count + 1}
      aria-colcount={columns.length}
      aria-multiselectable={true}
      style={{
        "--ne-tracks": tracksOf(columns),
        height: `${Math.min(MAX_HEIGHT, bodyHeight + HEADER_HEIGHT + 2)}px`,
      }}
      onScroll={(event) => setFirst(firstInBlock(event.currentTarget.scrollTop))}
      onKeyDown={onKeyDown}
      onFocusIn={(event) => takeFocus(view, event)}
      {...mouseOf(hands)}
    >
      <Header columns={columns} />
      <div role="rowgroup" class="ne-tree-body" style={{ height: `${bodyHeight}px` }}>
        {renderedIndexes(range, view.visible.indexOf(view.focusedRow)).map((index) => (
          <TreeRow
            key={view.visible.rows[index]}
            {...lookOf(view, index, columns)}
            view={view}
            states={states}
            revision={revision}
            columns={columns}
            menuOpen={view.visible.rows[index] === menuRow}
            locked={props.isLocked(view.visible.rows[index] ?? 0)}
          />
        ))}
      </div>
    </div>
  );
}
