import { describe, expect, it } from "vitest";
import {
  type Action,
  actionOf,
  findTyped,
  type Key,
  ROW,
  type Surroundings,
  TypeAhead,
} from "../src/tree/keyboard";
import type { Selecting } from "../src/tree/selection";

const AT: Surroundings = {
  index: 10,
  column: ROW,
  rowCount: 50,
  columnCount: 5,
  settingColumn: 3,
  pageSize: 8,
  parentIndex: 4,
  expandable: false,
  expanded: false,
  settable: false,
  selected: 1,
  typing: false,
};

function press(
  key: string,
  at: Partial<Surroundings> = {},
  held: Partial<Key> = {},
): Action | null {
  const event = { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
  return actionOf(event, { ...AT, ...at });
}

function focus(index: number, column = ROW, selecting: Selecting = "one"): Action {
  return { type: "focus", index, column, selecting };
}

describe("between rows", () => {
  it.each([
    ["ArrowDown", 11],
    ["ArrowUp", 9],
    ["PageDown", 18],
    ["PageUp", 2],
    ["Home", 0],
    ["End", 49],
  ])("%s goes to row %i", (key, index) => {
    expect(press(key)).toEqual(focus(index));
  });

  it.each([
    ["ArrowDown", 49, 49],
    ["PageDown", 45, 49],
    ["ArrowUp", 0, 0],
    ["PageUp", 3, 0],
  ])("%s from row %i stays inside, on row %i", (key, index, expected) => {
    expect(press(key, { index })).toEqual(focus(expected));
  });

  it("the column is kept", () => {
    expect(press("ArrowDown", { column: 3 })).toEqual(focus(11, 3));
    expect(press("PageUp", { column: 2 })).toEqual(focus(2, 2));
  });

  it("Control with Home and End goes to the first and last row in the same column", () => {
    expect(press("Home", { column: 2 }, { ctrlKey: true })).toEqual(focus(0, 2));
    expect(press("End", { column: 2 }, { ctrlKey: true })).toEqual(focus(49, 2));
  });
});

describe("right and left", () => {
  it("Right opens a closed row, then goes into its cells", () => {
    expect(press("ArrowRight", { expandable: true })).toEqual({ type: "toggle" });
    expect(press("ArrowRight", { expandable: true, expanded: true })).toEqual(focus(10, 0));
    expect(press("ArrowRight")).toEqual(focus(10, 0));
  });

  it("Right goes from cell to cell and stops at the last", () => {
    expect(press("ArrowRight", { column: 0, expandable: true })).toEqual(focus(10, 1));
    expect(press("ArrowRight", { column: 4 })).toBeNull();
  });

  it("Left goes back over the cells to the row", () => {
    expect(press("ArrowLeft", { column: 2, expandable: true, expanded: true })).toEqual(
      focus(10, 1),
    );
    expect(press("ArrowLeft", { column: 0 })).toEqual(focus(10, ROW));
  });

  it("Left on a row closes it, then goes to its parent, and stops at the root", () => {
    expect(press("ArrowLeft", { expandable: true, expanded: true })).toEqual({ type: "toggle" });
    expect(press("ArrowLeft", { expandable: true })).toEqual(focus(4));
    expect(press("ArrowLeft", { parentIndex: -1 })).toBeNull();
  });

  it("Home and End in a cell go to the first and last cell", () => {
    expect(press("Home", { column: 3 })).toEqual(focus(10, 0));
    expect(press("End", { column: 1 })).toEqual(focus(10, 4));
  });
});

describe("Enter and Space", () => {
  it.each(["Enter", " "])("%j opens the menu of a Setting cell", (key) => {
    expect(press(key, { column: 3, settable: true })).toEqual({ type: "menu" });
    expect(press(key, { column: 3, settable: true, expandable: true })).toEqual({ type: "menu" });
  });

  it.each(["Enter", " "])("%j does nothing in the Setting cell of a row that has none", (key) => {
    expect(press(key, { column: 3, expandable: true })).toBeNull();
  });

  it("Enter opens and closes a row, Space opens the menu of its setting", () => {
    expect(press("Enter", { expandable: true, settable: true })).toEqual({ type: "toggle" });
    expect(press(" ", { expandable: true, settable: true })).toEqual({ type: "menu" });
    expect(press(" ", { expandable: true })).toEqual({ type: "toggle" });
    expect(press("Enter", { settable: true })).toEqual({ type: "menu" });
  });

  it("do nothing on a row that has neither children nor a setting", () => {
    expect(press("Enter")).toBeNull();
    expect(press(" ")).toBeNull();
  });
});

describe("letters", () => {
  it("are typed ahead", () => {
    expect(press("a")).toEqual({ type: "type_ahead", text: "a" });
    expect(press("ß")).toEqual({ type: "type_ahead", text: "ß" });
    expect(press("\u{1f9e0}")).toEqual({ type: "type_ahead", text: "\u{1f9e0}" });
  });

  it("a star opens the siblings", () => {
    expect(press("*")).toEqual({ type: "expand_siblings" });
  });

  it.each(["Tab", "Escape", "F5", "Shift", "Delete"])("%s is left to the browser", (key) => {
    expect(press(key)).toBeNull();
  });

  it.each(["ctrlKey", "metaKey", "altKey"] as const)(
    "with %s held are left to the host",
    (held) => {
      expect(press("s", {}, { [held]: true })).toBeNull();
      expect(press("Enter", { settable: true }, { [held]: true })).toBeNull();
    },
  );

  it("Shift and Enter run the cell, in the host", () => {
    expect(press("Enter", { settable: true }, { shiftKey: true })).toBeNull();
  });

  it("a slash goes to the search field, unless it belongs to a name", () => {
    expect(press("/")).toEqual({ type: "search" });
    expect(press("/", { typing: true })).toEqual({ type: "type_ahead", text: "/" });
  });

  it("a space belongs to a name that is being typed", () => {
    expect(press(" ", { typing: true, settable: true })).toEqual({ type: "type_ahead", text: " " });
  });
});

describe("selecting", () => {
  it.each([
    ["ArrowDown", 11],
    ["ArrowUp", 9],
    ["PageDown", 18],
    ["Home", 0],
    ["End", 49],
  ])("Shift and %s select up to row %i", (key, index) => {
    expect(press(key, {}, { shiftKey: true })).toEqual(focus(index, ROW, "extend"));
  });

  it.each(["ctrlKey", "metaKey"] as const)("with %s the focus moves alone", (held) => {
    expect(press("ArrowDown", {}, { [held]: true })).toEqual(focus(11, ROW, "none"));
    expect(press("ArrowUp", {}, { [held]: true })).toEqual(focus(9, ROW, "none"));
    expect(press(" ", { settable: true }, { [held]: true })).toEqual({ type: "toggle_selected" });
    expect(press("a", {}, { [held]: true })).toEqual({ type: "select_all" });
  });

  it("Escape goes back to one row, and is the host's if there is only one", () => {
    expect(press("Escape", { selected: 3 })).toEqual({ type: "select_one" });
    expect(press("Escape", { selected: 1 })).toBeNull();
  });
});

it("no key does anything in an empty tree", () => {
  for (const key of ["ArrowDown", "Home", "Enter", " ", "a", "*"]) {
    expect(press(key, { rowCount: 0, settable: true })).toBeNull();
  }
});

it("no key but Enter and Space can lead to a change, whatever the focus is on", () => {
  const keys = ["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp"];
  for (const key of [...keys, "PageDown", "*", "a", "o", "1"]) {
    for (let column = ROW; column < 5; column++) {
      for (const expandable of [true, false]) {
        for (const expanded of [true, false]) {
          const action = press(key, { column, expandable, expanded, settable: true });
          expect(action?.type).not.toBe("menu");
        }
      }
    }
  }
});

it("a focus always lies inside the grid", () => {
  for (let index = 0; index < 3; index++) {
    for (let column = ROW; column < 2; column++) {
      for (const key of [
        "ArrowDown",
        "ArrowUp",
        "ArrowLeft",
        "ArrowRight",
        "Home",
        "End",
        "PageDown",
      ]) {
        const action = press(key, { index, column, rowCount: 3, columnCount: 2, parentIndex: -1 });
        if (action?.type !== "focus") continue;
        expect(action.index).toBeGreaterThanOrEqual(0);
        expect(action.index).toBeLessThan(3);
        expect(action.column).toBeGreaterThanOrEqual(ROW);
        expect(action.column).toBeLessThan(2);
      }
    }
  }
});

describe("type-ahead", () => {
  const names = ["alpha", "beta", "Bias", "bigger", "alpha two", "Ärger"];
  const find = (typed: string, from: number) =>
    findTyped(typed, from, names.length, (index) => names[index] ?? "");

  it("finds the next row that starts with the letter, in either case, and wraps", () => {
    expect(find("b", 0)).toBe(1);
    expect(find("b", 1)).toBe(2);
    expect(find("B", 3)).toBe(1);
    expect(find("ä", 0)).toBe(5);
  });

  it("the same letter again goes on to the next one", () => {
    expect(find("bb", 1)).toBe(2);
    expect(find("bbb", 2)).toBe(3);
  });

  it("more letters narrow the search and may stay where it is", () => {
    expect(find("bi", 2)).toBe(2);
    expect(find("big", 2)).toBe(3);
  });

  it("finds nothing where nothing starts like that", () => {
    expect(find("x", 0)).toBe(-1);
    expect(find("lpha", 0)).toBe(-1);
  });

  it("collects letters typed in quick succession, and starts again after a pause", () => {
    const typed = new TypeAhead();
    expect(typed.add("b", 1000)).toBe("b");
    expect(typed.add("i", 1600)).toBe("bi");
    expect(typed.add("g", 2200)).toBe("big");
    expect(typed.add("a", 2900)).toBe("a");
  });
});
