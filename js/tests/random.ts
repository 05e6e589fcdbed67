/** Random trees from a seed, so that a failure can be repeated. */
import { decodeStructure, type Rows } from "../src/decode";
import { type RowSpec, structureOf } from "./wire";

export type Random = (below: number) => number;

/** Park and Miller's generator: whole numbers from 0 to below. */
export function randomOf(seed: number): Random {
  let state = (seed % 2_147_483_646) + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** A forest in pre-order whose names are short, so that many rows share one. */
export function randomRows(random: Random, count: number): Rows {
  const specs: RowSpec[] = [];
  const path: number[] = [];
  for (let row = 0; row < count; row++) {
    path.length = Math.min(path.length, random(path.length + 2));
    const name = "abc"[random(3)] ?? "a";
    specs.push({ name, kind: "network", parent: path.at(-1) ?? -1 });
    path.push(row);
  }
  return decodeStructure(structureOf(specs));
}

/** Rows of a subtree and of its ancestors, found the slow and obvious way. */
export function ancestorsOf(rows: Rows, row: number): number[] {
  const found: number[] = [];
  for (let up = rows.parent[row] ?? -1; up >= 0; up = rows.parent[up] ?? -1) found.push(up);
  return found;
}
