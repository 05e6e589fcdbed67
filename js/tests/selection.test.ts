import { describe, expect, it } from "vitest";
import { Selection } from "../src/tree/selection";

const VISIBLE = Int32Array.of(0, 2, 4, 6, 8);
const indexOf = (row: number) => VISIBLE.indexOf(row);

function selected(...steps: ((selection: Selection) => void)[]): number[] {
  const selection = new Selection();
  for (const step of steps) step(selection);
  expect(selection.size).toBe(selection.sorted().length);
  return selection.sorted();
}

const one = (row: number) => (s: Selection) => s.one(row);
const extend = (row: number) => (s: Selection) => s.extend(row, VISIBLE, indexOf);
const toggle = (row: number) => (s: Selection) => s.toggle(row);

describe("a selection", () => {
  it("begins with the first row", () => {
    expect(selected()).toEqual([0]);
  });

  it("is extended and shortened from where it began, in both directions", () => {
    expect(selected(one(4), extend(8))).toEqual([4, 6, 8]);
    expect(selected(one(4), extend(8), extend(6))).toEqual([4, 6]);
    expect(selected(one(4), extend(8), extend(0))).toEqual([0, 2, 4]);
  });

  it("has only visible rows when it is extended", () => {
    expect(selected(one(0), extend(4))).toEqual([0, 2, 4]);
  });

  it("begins anew where it had begun on a row that is hidden now", () => {
    expect(selected(one(5), extend(4))).toEqual([4]);
  });

  it("gains and loses single rows, and goes on from them", () => {
    expect(selected(one(2), toggle(6))).toEqual([2, 6]);
    expect(selected(one(2), toggle(6), toggle(2))).toEqual([6]);
    expect(selected(one(2), toggle(6), extend(8))).toEqual([6, 8]);
  });

  it("is never empty", () => {
    expect(selected(one(2), toggle(2))).toEqual([2]);
  });

  it("of all rows is all that are visible", () => {
    expect(selected((s) => s.all(VISIBLE))).toEqual([...VISIBLE]);
  });
});
