import { describe, expect, it } from "vitest";
import { decodeRowState, decodeStructure } from "../src/decode";
import { type Criteria, filterRows, NO_CRITERIA } from "../src/tree/filters";
import { hierarchyOf } from "../src/tree/flatten";
import { ViewState } from "../src/view_state";
import { ROWS, SAMPLE } from "./sample";
import { rowStateOf, structureOf } from "./wire";

const rows = decodeStructure(structureOf(SAMPLE));
const states = decodeRowState(rowStateOf(SAMPLE.map((row) => row.state)), SAMPLE.length);
const hierarchy = hierarchyOf(rows);

function found(criteria: Partial<Criteria>): { matching: number[]; kept: number[] } {
  const filtered = filterRows(rows, hierarchy, { ...NO_CRITERIA, ...criteria }, states);
  const marked = (column: Uint8Array | undefined) =>
    [...(column ?? [])].flatMap((mark, row) => (mark ? [row] : []));
  return { matching: marked(filtered?.matching), kept: marked(filtered?.keep) };
}

describe("rows are found", () => {
  it("by a rule of their own", () => {
    expect(found({ states: ["set_here"] }).matching).toEqual([2, ROWS.innerEnsemble]);
  });

  it("by what is trained, and those are parameters", () => {
    expect(found({ states: ["trained"] }).matching).toEqual([ROWS.encoders, ROWS.bias, 8]);
  });

  it("by a warning", () => {
    expect(found({ states: ["warning"] }).matching).toEqual([ROWS.innerEnsemble]);
  });

  it("by kind, with what they contain", () => {
    const { matching, kept } = found({ kind: "ensemble" });
    expect(matching).toEqual([ROWS.ensemble, ROWS.innerEnsemble, ROWS.direct]);
    expect(kept).toContain(ROWS.bias);
    expect(kept).not.toContain(ROWS.connection);
  });

  it("by all criteria together", () => {
    expect(found({ text: "bias", states: ["trained"] }).matching).toEqual([ROWS.bias, 8]);
    expect(found({ text: "BIAS", states: ["trained", "warning"] }).matching).toEqual([]);
    expect(found({ kind: "connection", text: "memory" }).matching).toEqual([ROWS.connection]);
  });

  it("with the way to them, and without their neighbours where a state is asked for", () => {
    expect(found({ states: ["warning"] }).kept).toEqual([0, ROWS.inner, ROWS.innerEnsemble]);
  });

  it("never by a state while none is known", () => {
    const criteria: Criteria = { ...NO_CRITERIA, states: ["trained"] };
    expect(filterRows(rows, hierarchy, criteria, null)?.matches).toBe(0);
  });
});

describe("a view that filters by state", () => {
  function changed(): ViewState {
    const view = new ViewState(rows);
    view.statesChanged(states);
    view.search({ states: ["trained"] });
    view.focus(ROWS.bias, -1);
    const off = SAMPLE.map((row, i) =>
      i === ROWS.bias || i === ROWS.encoders ? { ...row.state, effective: 2, on: 0 } : row.state,
    );
    view.statesChanged(decodeRowState(rowStateOf(off, 2), SAMPLE.length));
    return view;
  }

  it("hears of changes, and keeps the row that was just changed", () => {
    const view = changed();
    expect(view.filtered?.matches).toBe(1);
    expect(view.visible.indexOf(ROWS.bias)).toBeGreaterThan(0);
    expect(view.visible.indexOf(ROWS.encoders)).toBe(-1);
    expect(view.focusedRow).toBe(ROWS.bias);
  });

  it("goes to the first match, which need not be the first row", () => {
    const view = changed();
    expect(view.focusMatch()).toBe(true);
    expect(view.focusedRow).toBe(8);
    view.search({ text: "nothing is called like that" });
    expect(view.focusMatch()).toBe(false);
  });
});

it("100 000 names are searched within a frame or two", () => {
  const many = Array.from({ length: 100_000 }, (_, i) => ({
    name: `Ensemble ${i}`,
    kind: "ensemble",
    parent: i === 0 ? -1 : 0,
  }));
  const large = decodeStructure(structureOf(many));
  const tree = hierarchyOf(large);
  filterRows(large, tree, { ...NO_CRITERIA, text: "first" });
  const began = performance.now();
  expect(filterRows(large, tree, { ...NO_CRITERIA, text: "ble 99" })?.matches).toBe(1111);
  // Generous: the machine may be busy with other things.
  expect(performance.now() - began).toBeLessThan(200);
});
