import { describe, expect, it } from "vitest";
import { filterRows, NO_CRITERIA } from "../src/tree/filters";
import { hasChildren, hierarchyOf, visibleRows } from "../src/tree/flatten";
import { ancestorsOf, randomOf, randomRows } from "./random";

const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

function randomTree(seed: number) {
  const random = randomOf(seed);
  const rows = randomRows(random, 1 + random(60));
  const all = Array.from({ length: rows.count }, (_, row) => row);
  const expanded = Uint8Array.from(all, () => random(3) && 1);
  return { rows, all, expanded, hierarchy: hierarchyOf(rows) };
}

describe.each(SEEDS)("random tree %i", (seed) => {
  const { rows, all, expanded, hierarchy } = randomTree(seed);

  it("levels count the ancestors", () => {
    expect([...hierarchy.level]).toEqual(all.map((row) => ancestorsOf(rows, row).length + 1));
  });

  it("a subtree ends behind its last descendant", () => {
    const last = all.map((row) =>
      all.filter((r) => r === row || ancestorsOf(rows, r).includes(row)),
    );
    expect([...hierarchy.end]).toEqual(last.map((rows) => (rows.at(-1) ?? 0) + 1));
    expect(all.filter((row) => hasChildren(hierarchy, row))).toEqual(
      [...new Set(all.flatMap((row) => rows.parent[row] ?? -1).filter((row) => row >= 0))].sort(
        (a, b) => a - b,
      ),
    );
  });

  it("a row shows when all its ancestors are expanded", () => {
    const shown = all.filter((row) => ancestorsOf(rows, row).every((up) => expanded[up]));
    const visible = visibleRows(rows, hierarchy, expanded, null);
    expect([...visible.rows]).toEqual(shown);
    for (const row of all) expect(visible.indexOf(row)).toBe(shown.indexOf(row));
  });

  it("positions and set sizes count visible siblings", () => {
    const visible = visibleRows(rows, hierarchy, expanded, null);
    [...visible.rows].forEach((row, index) => {
      const siblings = all.filter((r) => rows.parent[r] === rows.parent[row]);
      expect(visible.position[index]).toBe(siblings.indexOf(row) + 1);
      expect(visible.siblings(index)).toBe(siblings.length);
    });
  });

  it("a filter keeps matches, their contents and their ancestors", () => {
    const matches = all.filter((row) => rows.names.get(row) === "b");
    const related = (row: number) =>
      matches.some(
        (match) =>
          match === row ||
          ancestorsOf(rows, row).includes(match) ||
          ancestorsOf(rows, match).includes(row),
      );
    const filtered = filterRows(rows, hierarchy, { ...NO_CRITERIA, text: " B " });
    expect(filtered?.matches).toBe(matches.length);
    expect(all.filter((row) => filtered?.keep[row])).toEqual(all.filter(related));
  });

  it("a filter shows every match without a click", () => {
    const filtered = filterRows(rows, hierarchy, { ...NO_CRITERIA, text: "b" });
    if (!filtered) throw new Error("a text filters");
    const visible = visibleRows(rows, hierarchy, filtered.expanded, filtered.keep);
    for (const row of all.filter((row) => rows.names.get(row) === "b")) {
      expect(visible.indexOf(row)).toBeGreaterThanOrEqual(0);
    }
  });
});

describe("a filter", () => {
  const { rows, hierarchy } = randomTree(1);

  it.each(["", "  ", "\t"])("with nothing but blanks (%j) is none", (query) => {
    expect(filterRows(rows, hierarchy, { ...NO_CRITERIA, text: query })).toBeNull();
  });

  it("without a match shows nothing", () => {
    const filtered = filterRows(rows, hierarchy, { ...NO_CRITERIA, text: "zzz" });
    expect(filtered?.matches).toBe(0);
    expect(
      visibleRows(rows, hierarchy, new Uint8Array(99), filtered?.keep ?? null).rows.length,
    ).toBe(0);
  });
});

it("100 000 rows flatten within a frame or two", () => {
  const rows = randomRows(randomOf(3), 100_000);
  const hierarchy = hierarchyOf(rows);
  const expanded = new Uint8Array(rows.count).fill(1);
  visibleRows(rows, hierarchy, expanded, null);
  const start = performance.now();
  const visible = visibleRows(rows, hierarchy, expanded, null);
  // Ten times what it takes, so that only another order of growth fails.
  expect(performance.now() - start).toBeLessThan(100);
  expect(visible.rows.length).toBe(100_000);
});
