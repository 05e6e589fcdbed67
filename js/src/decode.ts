/**
 * Wire form to typed arrays. Columns are compressed: those of a network repeat themselves.
 *
 * Hosts deliver binary fields as a view into a larger message, so offset and length must be
 * honoured.
 */
import { unzlibSync } from "fflate";
import type { Buffer, RowState, Structure, TextColumn } from "./model";

function bytesOf(buffer: Buffer, name: string): Uint8Array {
  if (ArrayBuffer.isView(buffer)) {
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer);
  throw new TypeError(`${name}: expected binary data, received ${typeof buffer}`);
}

function unpacked(buffer: Buffer, name: string): Uint8Array {
  const bytes = bytesOf(buffer, name);
  try {
    return unzlibSync(bytes);
  } catch (error) {
    throw new RangeError(`${name}: ${(error as Error).message}`);
  }
}

/** Memory of the elements, checked to hold a whole number of them, and as many as expected. */
function elements(buffer: Buffer, size: number, count: number | null, name: string): ArrayBuffer {
  const bytes = unpacked(buffer, name);
  const expected = size * (count ?? Math.floor(bytes.byteLength / size));
  if (bytes.byteLength !== expected) {
    throw new RangeError(`${name}: expected ${expected} bytes, received ${bytes.byteLength}`);
  }
  return bytes.slice().buffer;
}

export function decodeUint8(buffer: Buffer, count: number, name: string): Uint8Array {
  return new Uint8Array(elements(buffer, 1, count, name));
}

/** `count` is null where the number of elements is not known otherwise. */
export function decodeInt32(buffer: Buffer, count: number | null, name: string): Int32Array {
  return new Int32Array(elements(buffer, 4, count, name));
}

/** Whole numbers that travel as differences, each to the one before it. */
export function decodeSteps(buffer: Buffer, count: number | null, name: string): Int32Array {
  const numbers = decodeInt32(buffer, count, name);
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    sum += numbers[i] ?? 0;
    numbers[i] = sum;
  }
  return numbers;
}

export function decodeFloat64(buffer: Buffer, count: number, name: string): Float64Array {
  return new Float64Array(elements(buffer, 8, count, name));
}

export function decodeFloat32(buffer: Buffer, count: number, name: string): Float32Array {
  return new Float32Array(elements(buffer, 4, count, name));
}

/** Bytes that were packed, such as a part of a file. */
export function decodeBytes(buffer: Buffer, name: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(unpacked(buffer, name));
}

/** Texts decoded when first asked for: a tree of 100 000 rows shows only some forty of them. */
export class Texts {
  private readonly cache: (string | undefined)[];
  private readonly decoder = new TextDecoder();

  constructor(
    private readonly offsets: Int32Array,
    private readonly bytes: Uint8Array,
  ) {
    this.cache = new Array(offsets.length - 1);
  }

  static decode(column: TextColumn, count: number, name: string): Texts {
    const offsets = decodeSteps(column.offsets, count + 1, `${name}.offsets`);
    const bytes = unpacked(column.text, `${name}.text`);
    return new Texts(offsets, bytes);
  }

  get(index: number): string {
    const known = this.cache[index];
    if (known !== undefined) return known;
    const text = this.decoder.decode(
      this.bytes.subarray(this.offsets[index], this.offsets[index + 1]),
    );
    this.cache[index] = text;
    return text;
  }
}

/** The rows of the network as columns. */
export interface Rows {
  version: number;
  count: number;
  kinds: string[];
  kind: Uint8Array;
  parent: Int32Array;
  names: Texts;
  sizes: Texts;
  notes: Texts;
  parameters: Float64Array;
  controls: Uint8Array;
}

export function decodeStructure(wire: Structure): Rows {
  const { count } = wire;
  return {
    version: wire.version,
    count,
    kinds: wire.kinds,
    kind: decodeUint8(wire.kind, count, "structure.kind"),
    parent: decodeSteps(wire.parent, count, "structure.parent"),
    names: Texts.decode(wire.names, count, "structure.names"),
    sizes: Texts.decode(wire.sizes, count, "structure.sizes"),
    notes: Texts.decode(wire.notes, count, "structure.notes"),
    parameters: decodeFloat64(wire.parameters, count, "structure.parameters"),
    controls: decodeUint8(wire.controls, count, "structure.controls"),
  };
}

/** What the settings say about each row, and what is in force. Codes: see `tree/labels.ts`. */
export interface States {
  version: number;
  setting: Uint8Array;
  effective: Uint8Array;
  keep_setting: Uint8Array;
  keep_effective: Uint8Array;
  on: Int32Array;
  total: Int32Array;
  flags: Uint8Array;
}

export function decodeRowState(wire: RowState, count: number): States {
  return {
    version: wire.version,
    setting: decodeUint8(wire.setting, count, "row_state.setting"),
    effective: decodeUint8(wire.effective, count, "row_state.effective"),
    keep_setting: decodeUint8(wire.keep_setting, count, "row_state.keep_setting"),
    keep_effective: decodeUint8(wire.keep_effective, count, "row_state.keep_effective"),
    on: decodeInt32(wire.on, count, "row_state.on"),
    total: decodeInt32(wire.total, count, "row_state.total"),
    flags: decodeUint8(wire.flags, count, "row_state.flags"),
  };
}

/** Bytes of an image, or `null` when there is none. */
export function decodeImage(buffer: Buffer | null): Uint8Array<ArrayBuffer> | null {
  if (buffer === null) return null;
  const bytes = bytesOf(buffer, "plot.png");
  return bytes.byteLength === 0 ? null : new Uint8Array(bytes);
}
