import { describe, expect, it } from "vitest";
import { decodeRowState, decodeStructure } from "../src/decode";
import {
  choicesOf,
  effectiveOf,
  kindName,
  optionOf,
  parametersText,
  settingCode,
  settingName,
  settingText,
} from "../src/tree/labels";
import { SAMPLE } from "./sample";
import { KEEP_HISTORY, rowStateOf, type StateSpec, structureOf, TRAINABLE } from "./wire";

function effective(state: StateSpec) {
  return effectiveOf(decodeRowState(rowStateOf([state]), 1), 0);
}

describe("effective value", () => {
  it.each([
    [0, "", "none"],
    [1, "On", "on"],
    [2, "Off", "off"],
    [3, "Locked", "locked"],
    [4, "Never", "never"],
    [5, "Off (inference only)", "off"],
  ])("code %i of one parameter reads %j", (code, text, tone) => {
    expect(effective({ effective: code, total: 1 })).toMatchObject({ text, tone });
  });

  it.each([
    [1, 7, 7, "7 of 7 on", "on"],
    [2, 0, 7, "0 of 7 on", "off"],
    [6, 5, 7, "5 of 7 on", "mixed"],
    [6, 999, 65_786, "999 of 65\u2009786 on", "mixed"],
  ])("code %i of several parameters counts them", (code, on, total, text, tone) => {
    expect(effective({ effective: code, on, total })).toMatchObject({ text, tone });
  });

  it.each([
    [1, "Every step"],
    [2, "Last step"],
  ])("keep history code %i reads %s", (code, text) => {
    expect(effective({ keep_effective: code }).text).toBe(text);
  });

  it("every state has an icon of its own, not only a colour", () => {
    const icons = [1, 2, 3, 4, 5, 6].map((code) => effective({ effective: code, total: 1 }).icon);
    expect(new Set(icons).size).toBe(6);
  });

  it("says what locks a parameter, and why there is none", () => {
    const states = decodeRowState(rowStateOf([{ effective: 3, total: 1 }, { effective: 4 }]), 2);
    expect(effectiveOf(states, 0, "PES").text).toBe("Locked by PES");
    expect(effectiveOf(states, 1, "no weights").text).toBe("Never: no weights");
    // A parameter that is trained all the same is not locked.
    const trained = decodeRowState(rowStateOf([{ effective: 1, total: 1 }]), 1);
    expect(effectiveOf(trained, 0, "PES").text).toBe("On");
  });

  it("an unknown code shows nothing instead of a number", () => {
    expect(effective({ effective: 99 }).text).toBe("");
  });
});

describe("setting", () => {
  it("the control of a row follows from its controls column", () => {
    expect(optionOf(0)).toBeNull();
    expect(optionOf(TRAINABLE)).toBe("trainable");
    expect(optionOf(KEEP_HISTORY)).toBe("keep_history");
  });

  it.each([
    ["trainable", ["Inherit", "On", "Off"]],
    ["keep_history", ["Inherit", "Every step", "Last step"]],
  ] as const)("%s offers its choices by name", (option, texts) => {
    expect(choicesOf(option).map((choice) => choice.text)).toEqual(texts);
    for (const choice of choicesOf(option)) {
      expect(settingText(option, choice.code)).toBe(choice.text);
    }
  });

  it("a rule without an opinion is told apart from no rule", () => {
    expect(settingText("trainable", 4)).toBe("No opinion here");
    expect(settingText("trainable", 1)).toBe("Inherit");
  });

  it("never reads as a raw value", () => {
    for (const option of ["trainable", "keep_history"] as const) {
      for (let code = 0; code < 256; code++) {
        expect(settingText(option, code)).not.toMatch(/\d|True|False|None|null|undefined/);
      }
    }
  });

  it("is read from the column of its option", () => {
    const states = decodeRowState(rowStateOf([{ setting: 2, keep_setting: 3 }]), 1);
    expect(settingCode(states, "trainable", 0)).toBe(2);
    expect(settingCode(states, "keep_history", 0)).toBe(3);
  });

  it("says for assistive technology what it sets, of what, and to what", () => {
    expect(settingName("trainable", "hidden", 3)).toBe("Trainable setting of hidden: Off");
    expect(settingName("keep_history", "out", 2)).toBe("Keep history setting of out: Every step");
  });
});

describe("numbers of parameters", () => {
  it.each([
    [-1, ""],
    [0, "0"],
    [999, "999"],
    [12_500, "12\u2009500"],
    [123_456_789, "123\u2009456\u2009789"],
  ])("%i reads %j", (value, text) => {
    expect(parametersText(value)).toBe(text);
  });
});

it("kinds have a name for people", () => {
  const rows = decodeStructure(structureOf(SAMPLE));
  const named = new Set(SAMPLE.map((_, row) => kindName(rows, row)));
  expect(named).toContain("class rule");
  for (const name of named) expect(name).not.toContain("_");
});
