/** Rows and row states in the wire form that Python sends. */
import { zlibSync } from "fflate";
import { PATCH_BUFFERS, type Patch } from "../src/messages";
import type { Buffer, RowState, Structure, TextColumn } from "../src/model";

export const KINDS = [
  "network",
  "class_rule",
  "ensemble",
  "node",
  "connection",
  "probe",
  "learning_rule",
  "parameter",
];

/** Codes of the `controls` column. */
export const TRAINABLE = 1;
export const KEEP_HISTORY = 2;

export interface RowSpec {
  name: string;
  kind: string;
  /** Index of the parent, which comes earlier; -1 for the root. */
  parent: number;
  size?: string;
  note?: string;
  /** -1 where the row has no parameters. */
  parameters?: number;
  controls?: number;
}

export interface StateSpec {
  setting?: number;
  effective?: number;
  keep_setting?: number;
  keep_effective?: number;
  on?: number;
  total?: number;
  flags?: number;
}

type Numbers = Uint8Array | Int32Array | Uint32Array | Float64Array;

export function view(array: Numbers): DataView {
  return new DataView(array.buffer, array.byteOffset, array.byteLength);
}

/** A column as it travels: compressed. */
export function packed(array: Numbers): DataView {
  return view(zlibSync(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));
}

/**
 * The same bytes in the middle of a larger message, at an offset that is no multiple of the
 * element size: hosts deliver binary fields like that.
 */
export function misaligned(source: DataView, offset = 3): DataView {
  const message = new Uint8Array(source.byteLength + offset + 5).fill(0xee);
  message.set(new Uint8Array(source.buffer, source.byteOffset, source.byteLength), offset);
  return new DataView(message.buffer, offset, source.byteLength);
}

/** Whole numbers as differences, each to the one before it. */
export function packedSteps(numbers: ArrayLike<number>): DataView {
  return packed(Int32Array.from(numbers, (n, i) => n - (numbers[i - 1] ?? 0)));
}

export function textColumn(texts: string[]): TextColumn {
  const encoded = texts.map((text) => new TextEncoder().encode(text));
  const offsets = new Uint32Array(texts.length + 1);
  for (const [i, bytes] of encoded.entries()) {
    offsets[i + 1] = (offsets[i] ?? 0) + bytes.length;
  }
  const all = new Uint8Array(offsets.at(-1) ?? 0);
  for (const [i, bytes] of encoded.entries()) all.set(bytes, offsets[i]);
  return { offsets: packedSteps(offsets), text: packed(all) };
}

export function structureOf(rows: RowSpec[], version = 1): Structure {
  return {
    version,
    count: rows.length,
    kinds: KINDS,
    kind: packed(Uint8Array.from(rows, (row) => KINDS.indexOf(row.kind))),
    parent: packedSteps(rows.map((row) => row.parent)),
    names: textColumn(rows.map((row) => row.name)),
    sizes: textColumn(rows.map((row) => row.size ?? "")),
    notes: textColumn(rows.map((row) => row.note ?? "")),
    parameters: packed(Float64Array.from(rows, (row) => row.parameters ?? -1)),
    controls: packed(Uint8Array.from(rows, (row) => row.controls ?? 0)),
  };
}

type StateColumn = keyof StateSpec;

const WIDE_COLUMNS: ReadonlySet<string> = new Set(["on", "total", "rows"]);

function stateColumn(states: StateSpec[], name: StateColumn): DataView {
  const values = states.map((state) => state[name] ?? 0);
  return packed(WIDE_COLUMNS.has(name) ? Int32Array.from(values) : Uint8Array.from(values));
}

export function rowStateOf(states: StateSpec[], version = 1): RowState {
  const columns = PATCH_BUFFERS.filter((name) => name !== "rows");
  const buffers = Object.fromEntries(columns.map((name) => [name, stateColumn(states, name)]));
  return { version, ...buffers } as unknown as RowState;
}

/** A patch message with its buffers, for the given rows. */
export function patchOf(
  version: number,
  changes: { row: number; state: StateSpec }[],
): [Patch, Buffer[]] {
  const states = changes.map((change) => change.state);
  const rows = packedSteps(changes.map((change) => change.row));
  const buffers = PATCH_BUFFERS.map((name) => (name === "rows" ? rows : stateColumn(states, name)));
  return [{ event: "patch", version }, buffers];
}
