import { describe, expect, it } from "vitest";
import { decodeRowState, type States } from "../src/decode";
import type { Buffer } from "../src/model";
import { applyPatch, statesOf } from "../src/patches";
import { misaligned, packed, patchOf, rowStateOf } from "./wire";

function statesFor(count: number, version = 1): States {
  const specs = Array.from({ length: count }, () => ({
    setting: 1,
    effective: 1,
    on: 1,
    total: 1,
  }));
  return decodeRowState(rowStateOf(specs, version), count);
}

describe("a patch", () => {
  it("changes the rows it names, and no others", () => {
    const states = statesFor(4);
    const patch = patchOf(2, [
      { row: 3, state: { setting: 3, effective: 2, on: 70_000, total: 90_000, flags: 1 } },
      { row: 1, state: { keep_setting: 2, keep_effective: 1 } },
    ]);
    expect(applyPatch(states, ...patch)).toBe("applied");
    expect(states).toEqual({
      version: 2,
      setting: Uint8Array.of(1, 0, 1, 3),
      effective: Uint8Array.of(1, 0, 1, 2),
      keep_setting: Uint8Array.of(0, 2, 0, 0),
      keep_effective: Uint8Array.of(0, 1, 0, 0),
      on: Int32Array.of(1, 0, 1, 70_000),
      total: Int32Array.of(1, 0, 1, 90_000),
      flags: Uint8Array.of(0, 0, 0, 1),
    });
  });

  it("is read from a larger message", () => {
    const states = statesFor(2);
    const [patch, buffers] = patchOf(2, [{ row: 1, state: { effective: 5, on: 12 } }]);
    applyPatch(
      states,
      patch,
      buffers.map((buffer) => misaligned(buffer as DataView)),
    );
    expect(states.effective[1]).toBe(5);
    expect(states.on[1]).toBe(12);
  });

  it("with no rows only moves the version", () => {
    const states = statesFor(2);
    expect(applyPatch(states, ...patchOf(2, []))).toBe("applied");
    expect(states).toEqual(statesFor(2, 2));
  });

  it.each([1, 0])("of version %i is known already and changes nothing", (version) => {
    const states = statesFor(2);
    const patch = patchOf(version, [{ row: 0, state: { setting: 3 } }]);
    expect(applyPatch(states, ...patch)).toBe("known");
    expect(states).toEqual(statesFor(2));
  });

  it("behind a missed one is a gap and changes nothing", () => {
    const states = statesFor(2);
    expect(applyPatch(states, ...patchOf(3, [{ row: 0, state: { setting: 3 } }]))).toBe("gap");
    expect(states).toEqual(statesFor(2));
  });
});

describe("a bad patch leaves the states as they were", () => {
  const [message, good] = patchOf(2, [{ row: 1, state: { setting: 3, effective: 2 } }]);

  function replaced(index: number, buffer: Buffer): Buffer[] {
    return good.map((old, i) => (i === index ? buffer : old));
  }

  it.each([
    ["too few buffers", good.slice(1), "expected 8 buffers, received 7"],
    ["a short column", replaced(7, packed(new Uint8Array(0))), "patch.flags"],
    ["a long column", replaced(5, packed(new Int32Array(2))), "patch.on"],
    ["half a row number", replaced(0, packed(new Uint8Array(6))), "patch.rows"],
    ["a row behind the last", replaced(0, packed(Int32Array.of(2))), "patch.rows: no row 2"],
    ["a negative row", replaced(0, packed(Int32Array.of(-1))), "patch.rows: no row -1"],
  ])("%s", (_, buffers, text) => {
    const states = statesFor(2);
    expect(() => applyPatch(states, message, buffers)).toThrow(text);
    expect(states).toEqual(statesFor(2));
  });
});

describe("states of a record", () => {
  it("are one object for all views, so that a patch reaches each of them", () => {
    const record = rowStateOf([{ setting: 1 }]);
    const first = statesOf(record, 1);
    applyPatch(first, ...patchOf(2, [{ row: 0, state: { setting: 2 } }]));
    expect(statesOf(record, 1)).toBe(first);
    expect(statesOf(record, 1).setting[0]).toBe(2);
  });
});

it("any sequence of patches gives the same states as sending them whole", () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % below;
  };
  const count = 30;
  const expected = Array.from({ length: count }, () => ({ setting: 1, effective: 1, on: 1 }));
  const states = decodeRowState(rowStateOf(expected), count);
  for (let version = 2; version < 60; version++) {
    const rows = new Set(Array.from({ length: random(5) }, () => random(count)));
    const changes = [...rows].map((row) => ({
      row,
      state: { setting: random(5), effective: random(7), on: random(1e6) },
    }));
    for (const { row, state } of changes) expected[row] = state;
    applyPatch(states, ...patchOf(version, changes));
    expect(states).toEqual(decodeRowState(rowStateOf(expected, version), count));
  }
});
