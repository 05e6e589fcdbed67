import { describe, expect, it } from "vitest";
import {
  decodeFloat64,
  decodeImage,
  decodeInt32,
  decodeRowState,
  decodeSteps,
  decodeStructure,
  decodeUint8,
  Texts,
} from "../src/decode";
import type { Buffer } from "../src/model";
import { SAMPLE } from "./sample";
import { misaligned, packed, packedSteps, rowStateOf, structureOf, textColumn, view } from "./wire";

const INTEGERS = Int32Array.of(-1, 0, 1, 2 ** 31 - 1, -(2 ** 31));

describe("numbers", () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8])("are read at byte offset %i", (offset) => {
    expect(decodeInt32(misaligned(packed(INTEGERS), offset), 5, "x")).toEqual(INTEGERS);
    const floats = Float64Array.of(0.1, -1e300, 2 ** 53);
    expect(decodeFloat64(misaligned(packed(floats), offset), 3, "x")).toEqual(floats);
  });

  it("are read from every form in which hosts deliver binary data", () => {
    const sent = packed(Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255));
    const bytes = new Uint8Array(sent.buffer, sent.byteOffset, sent.byteLength).slice();
    const forms: Buffer[] = [bytes, bytes.buffer, view(bytes)];
    for (const form of forms) {
      expect(decodeInt32(form, 2, "x")).toEqual(Int32Array.of(1, -1));
    }
  });

  it("that grow travel as differences", () => {
    const numbers = Int32Array.of(-1, 0, 0, 7, 3, 2 ** 30);
    expect(decodeSteps(packedSteps(numbers), 6, "x")).toEqual(numbers);
    expect(decodeSteps(packedSteps([]), null, "x")).toEqual(new Int32Array(0));
  });

  it("are copies: a later change of the message does not reach them", () => {
    const source = packed(Uint8Array.of(1, 2, 3));
    const decoded = decodeUint8(source, 3, "x");
    new Uint8Array(source.buffer).fill(9);
    expect(decoded).toEqual(Uint8Array.of(1, 2, 3));
  });

  it("with a wrong number of bytes are refused by name", () => {
    expect(() => decodeInt32(packed(INTEGERS), 4, "structure.parent")).toThrow(
      "structure.parent: expected 16 bytes, received 20",
    );
    expect(() => decodeUint8(packed(new Uint8Array(2)), 3, "x")).toThrow("received 2");
  });

  it("that are not compressed, or not completely there, are refused by name", () => {
    expect(() => decodeUint8(view(new Uint8Array(9)), 9, "row_state.on")).toThrow("row_state.on: ");
    const half = new Uint8Array(packed(INTEGERS).buffer).slice(0, 12);
    expect(() => decodeInt32(half, 5, "row_state.on")).toThrow("row_state.on: ");
  });

  it("that are no binary data are refused by name", () => {
    expect(() => decodeUint8([1, 2] as unknown as Buffer, 2, "row_state.flags")).toThrow(
      "row_state.flags: expected binary data, received object",
    );
  });
});

describe("texts", () => {
  const texts = ["", "plain", "größe", "日本", "שלום", "\u{1f9e0}", "<img src=x>", "a\nb"];

  it("come back unchanged, in any order, more than once", () => {
    const column = Texts.decode(textColumn(texts), texts.length, "names");
    for (const i of [7, 0, 5, 3, 3, 1, 2, 4, 6]) expect(column.get(i)).toBe(texts[i]);
  });

  it("are read from a larger message", () => {
    const { offsets, text } = textColumn(texts);
    const wire = { offsets: misaligned(offsets as DataView), text: misaligned(text as DataView) };
    expect(Texts.decode(wire, texts.length, "names").get(3)).toBe("日本");
  });

  it("are kept when the message's memory is used again", () => {
    const wire = textColumn(["kept"]);
    const column = Texts.decode(wire, 1, "names");
    const memory = wire.text as DataView;
    new Uint8Array(memory.buffer).fill(0);
    expect(column.get(0)).toBe("kept");
  });

  it("with too few offsets are refused", () => {
    expect(() => Texts.decode(textColumn(["a"]), 2, "names")).toThrow("names.offsets");
  });
});

describe("records", () => {
  it("a structure has the rows that were sent", () => {
    const rows = decodeStructure(structureOf(SAMPLE, 7));
    expect(rows.version).toBe(7);
    SAMPLE.forEach((row, i) => {
      expect(rows.names.get(i)).toBe(row.name);
      expect(rows.sizes.get(i)).toBe(row.size ?? "");
      expect(rows.kinds[rows.kind[i] ?? 0]).toBe(row.kind);
      expect(rows.parent[i]).toBe(row.parent);
      expect(rows.parameters[i]).toBe(row.parameters ?? -1);
    });
  });

  it("row states name the column that does not fit", () => {
    const wire = rowStateOf([{ setting: 1 }, { setting: 2 }]);
    expect(decodeRowState(wire, 2).setting).toEqual(Uint8Array.of(1, 2));
    wire.keep_effective = packed(new Uint8Array(1));
    expect(() => decodeRowState(wire, 2)).toThrow("row_state.keep_effective");
  });

  it("an image is null when there is none", () => {
    expect(decodeImage(null)).toBeNull();
    expect(decodeImage(view(new Uint8Array(0)))).toBeNull();
    expect(decodeImage(misaligned(view(Uint8Array.of(1, 2))))).toEqual(Uint8Array.of(1, 2));
  });
});
