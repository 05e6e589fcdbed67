import { describe, expect, it } from "vitest";
import { columnsFor, tracksOf } from "../src/tree/columns";
import {
  firstInBlock,
  ROW_HEIGHT,
  renderedIndexes,
  scrollToShow,
  visibleRange,
} from "../src/tree/virtual";
import { randomOf } from "./random";

describe("range of rows", () => {
  it("covers the screen at every scroll position, with half a screen before and behind", () => {
    const random = randomOf(1);
    for (let trial = 0; trial < 500; trial++) {
      const count = 1 + random(100_000);
      const height = 50 + random(600);
      const scrollTop = random(Math.max(1, count * ROW_HEIGHT - height));
      const { start, end } = visibleRange(firstInBlock(scrollTop), height, count);
      const first = Math.max(0, Math.floor((scrollTop - height / 2) / ROW_HEIGHT));
      const last = Math.min(count, Math.floor((scrollTop + 1.5 * height) / ROW_HEIGHT));
      expect(start).toBeGreaterThanOrEqual(0);
      expect(start).toBeLessThanOrEqual(first);
      expect(end).toBeGreaterThanOrEqual(last);
      expect(end).toBeLessThanOrEqual(count);
      expect(end - start).toBeLessThanOrEqual(3 * Math.ceil(height / ROW_HEIGHT) + 17);
    }
  });

  it.each([-200, 1e9])("stays inside when the browser scrolls past the end (%i)", (scrollTop) => {
    const { start, end } = visibleRange(firstInBlock(scrollTop), 280, 100);
    expect(start).toBeGreaterThanOrEqual(0);
    expect(end).toBeLessThanOrEqual(100);
    expect(end - start).toBeGreaterThanOrEqual(10);
  });

  it("stays the same while the first row moves by less than a block", () => {
    const ranges = [0, 1, 2, 3].map((row) => firstInBlock((400 + row) * ROW_HEIGHT + 5));
    expect(new Set(ranges).size).toBe(1);
    expect(firstInBlock(404 * ROW_HEIGHT)).toBe(404);
    expect(firstInBlock(-50)).toBe(0);
  });

  it("of an empty tree is empty", () => {
    expect(visibleRange(0, 280, 0)).toEqual({ start: 0, end: 0 });
  });
});

describe("rendered rows", () => {
  it("are the range in order", () => {
    expect(renderedIndexes({ start: 3, end: 6 }, 4)).toEqual([3, 4, 5]);
  });

  it("include the focused row wherever it is, so that the focus survives scrolling", () => {
    expect(renderedIndexes({ start: 3, end: 6 }, 0)).toEqual([0, 3, 4, 5]);
    expect(renderedIndexes({ start: 3, end: 6 }, 6)).toEqual([3, 4, 5, 6]);
    expect(renderedIndexes({ start: 3, end: 6 }, -1)).toEqual([3, 4, 5]);
  });
});

it("scrolling to a row moves no more than it must", () => {
  const height = 10 * ROW_HEIGHT;
  expect(scrollToShow(5, 0, height)).toBe(0);
  expect(scrollToShow(2, 5 * ROW_HEIGHT, height)).toBe(2 * ROW_HEIGHT);
  expect(scrollToShow(10, 0, height)).toBe(ROW_HEIGHT);
  expect(scrollToShow(9, 0, height)).toBe(0);
});

it("setting and effective value stay at any width, one track per column", () => {
  for (let width = 0; width < 1500; width += 10) {
    const columns = columnsFor(width);
    const names = columns.map((column) => column.name);
    expect(names[0]).toBe("name");
    expect(names.slice(-2)).toEqual(["setting", "effective"]);
    expect(tracksOf(columns).match(/px|1fr/g)?.length).toBe(columns.length);
  }
  expect(columnsFor(1000).length).toBe(5);
  expect(columnsFor(300).length).toBe(3);
});
