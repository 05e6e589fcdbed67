import { describe, expect, it, vi } from "vitest";
import { decodeStructure } from "../src/decode";
import { ROW } from "../src/tree/keyboard";
import { ViewState } from "../src/view_state";
import { ancestorsOf, randomOf, randomRows } from "./random";
import { ROWS, SAMPLE } from "./sample";
import { type RowSpec, structureOf } from "./wire";

function viewOf(specs: RowSpec[] = SAMPLE, previous: ViewState | null = null): ViewState {
  return new ViewState(decodeStructure(structureOf(specs)), previous);
}

function names(view: ViewState): string[] {
  return [...view.visible.rows].map((row) => view.rows.names.get(row));
}

describe("at the start", () => {
  it("a small network is open", () => {
    expect(viewOf().visible.rows.length).toBe(SAMPLE.length);
  });

  it("of a large network only the top level is open", () => {
    const ensembles = Array.from({ length: 150 }, (_, i) => [
      { name: `e${i}`, kind: "ensemble", parent: 0 },
      { name: "bias", kind: "parameter", parent: 1 + 2 * i },
    ]).flat();
    const view = viewOf([{ name: "net", kind: "network", parent: -1 }, ...ensembles]);
    expect(view.visible.rows.length).toBe(151);
  });
});

describe("expansion", () => {
  it("closes and opens one row", () => {
    const view = viewOf();
    view.toggle(ROWS.ensemble);
    expect(names(view)).not.toContain("encoders");
    expect(view.isExpanded(ROWS.ensemble)).toBe(false);
    view.toggle(ROWS.ensemble);
    expect(view.visible.rows.length).toBe(SAMPLE.length);
  });

  it("of a row without children changes nothing and tells nobody", () => {
    const view = viewOf();
    const heard = vi.fn();
    view.subscribe(heard, new AbortController().signal);
    view.toggle(ROWS.bias);
    expect(heard).not.toHaveBeenCalled();
  });

  it("of all rows leaves the top level open when it closes", () => {
    const view = viewOf();
    view.setAllExpanded(false);
    expect([...view.visible.rows]).toEqual([0, 1, 2, 3, 6, 9, 11, 12, 13]);
    view.setAllExpanded(true);
    expect(view.visible.rows.length).toBe(SAMPLE.length);
  });

  it("of siblings opens those and not what they contain", () => {
    const view = viewOf();
    view.setAllExpanded(false);
    view.expandSiblings(ROWS.ensemble);
    expect(names(view)).toContain("encoders");
    expect(names(view)).toContain("memory");
    expect(view.isExpanded(ROWS.innerEnsemble)).toBe(false);
  });

  it("that hides the focus gives it to the closest row that shows", () => {
    const view = viewOf();
    view.focus(ROWS.innerEnsemble + 1, 2);
    view.toggle(ROWS.inner);
    expect([view.focusedRow, view.focusedColumn]).toEqual([ROWS.inner, ROW]);
    // The explanation on show is still that of the selected row.
    expect(view.selectedRow).toBe(ROWS.innerEnsemble + 1);
  });
});

describe("reveal", () => {
  it("opens the way to a row, focuses and selects it", () => {
    const view = viewOf();
    view.setAllExpanded(false);
    const revealed = vi.fn();
    view.onReveal(revealed, new AbortController().signal);
    view.reveal(ROWS.innerEnsemble + 1);
    expect(view.visible.indexOf(ROWS.innerEnsemble + 1)).toBeGreaterThan(0);
    expect(view.focusedRow).toBe(ROWS.innerEnsemble + 1);
    expect(view.selectedRow).toBe(ROWS.innerEnsemble + 1);
    expect(revealed).toHaveBeenCalledTimes(1);
  });

  it("drops a filter that hides the row", () => {
    const view = viewOf();
    view.search({ text: "output" });
    view.reveal(ROWS.encoders);
    expect(view.criteria.text).toBe("");
    expect(view.visible.indexOf(ROWS.encoders)).toBeGreaterThan(0);
  });

  it("keeps a filter that shows the row", () => {
    const view = viewOf();
    view.search({ text: "hidden" });
    view.reveal(ROWS.encoders);
    expect(view.criteria.text).toBe("hidden");
    expect(view.visible.indexOf(ROWS.encoders)).toBeGreaterThan(0);
  });

  it.each([-1, SAMPLE.length])("of no such row (%i) does nothing", (row) => {
    const view = viewOf();
    view.focus(ROWS.bias, ROW);
    view.reveal(row);
    expect(view.focusedRow).toBe(ROWS.bias);
  });
});

describe("a search", () => {
  it("has an expansion of its own and gives the old one back", () => {
    const view = viewOf();
    view.toggle(ROWS.ensemble);
    view.search({ text: "encoders" });
    expect(names(view)).toEqual(["digits", "hidden", "encoders"]);
    view.search({ text: "" });
    expect(view.isExpanded(ROWS.ensemble)).toBe(false);
    expect(view.visible.rows.length).toBe(SAMPLE.length - 2);
  });
});

describe("a new structure", () => {
  const added: RowSpec[] = [
    ...SAMPLE.slice(0, 3),
    { name: "new", kind: "ensemble", parent: 0 },
    ...SAMPLE.slice(3).map((row) => ({
      ...row,
      parent: row.parent >= 3 ? row.parent + 1 : row.parent,
    })),
  ];

  it("keeps expansion, focus and selection of the rows that are still there", () => {
    const before = viewOf();
    before.toggle(ROWS.ensemble);
    before.focus(ROWS.innerEnsemble, ROW);
    const after = viewOf(added, before);
    expect(after.isExpanded(ROWS.ensemble + 1)).toBe(false);
    expect(after.isExpanded(ROWS.inner + 1)).toBe(true);
    expect(after.focusedRow).toBe(ROWS.innerEnsemble + 1);
    expect(after.selectedRow).toBe(ROWS.innerEnsemble + 1);
  });

  it("keeps the search", () => {
    const before = viewOf();
    before.search({ text: "new" });
    const after = viewOf(added, before);
    expect(after.criteria.text).toBe("new");
    expect(names(after)).toEqual(["digits", "new"]);
  });

  it("with the focused row gone focuses the root", () => {
    const before = viewOf();
    before.focus(ROWS.direct, ROW);
    const after = viewOf(SAMPLE.slice(0, ROWS.direct), before);
    expect(after.focusedRow).toBe(0);
    expect(after.selectedRow).toBe(0);
  });

  it("tells rows of the same name apart", () => {
    const twins: RowSpec[] = [
      { name: "net", kind: "network", parent: -1 },
      { name: "twin", kind: "ensemble", parent: 0 },
      { name: "bias", kind: "parameter", parent: 1 },
      { name: "twin", kind: "ensemble", parent: 0 },
      { name: "bias", kind: "parameter", parent: 3 },
    ];
    const before = viewOf(twins);
    before.toggle(3);
    before.focus(1, ROW);
    const after = viewOf(twins, before);
    expect([after.isExpanded(1), after.isExpanded(3)]).toEqual([true, false]);
    expect(after.focusedRow).toBe(1);
  });

  it("focuses a row that shows when the old one is under a closed row", () => {
    const before = viewOf();
    before.focus(ROWS.bias, ROW);
    before.toggle(ROWS.ensemble);
    const after = viewOf(SAMPLE, before);
    expect(after.visible.indexOf(after.focusedRow)).toBeGreaterThanOrEqual(0);
  });
});

it("random use never leaves the focus on a hidden row", () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = randomOf(seed);
    const rows = randomRows(random, 40);
    let view = new ViewState(rows);
    for (let step = 0; step < 40; step++) {
      const row = random(rows.count);
      const uses = [
        () => view.toggle(row),
        () => view.setAllExpanded(random(2) === 0),
        () => view.expandSiblings(row),
        () => view.search({ text: ["", "a", "b"][random(3)] ?? "" }),
        () => view.reveal(row),
        () => view.focus(view.visible.rows[random(view.visible.rows.length)] ?? 0, ROW),
        () => {
          view = new ViewState(rows, view);
        },
      ];
      uses[random(uses.length)]?.();
      if (view.visible.rows.length > 0) {
        expect(view.visible.indexOf(view.focusedRow)).toBeGreaterThanOrEqual(0);
      }
      for (const shown of view.visible.rows) {
        for (const up of ancestorsOf(rows, shown)) expect(view.isExpanded(up)).toBe(true);
      }
    }
  }
});
