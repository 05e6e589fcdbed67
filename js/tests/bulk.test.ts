// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { RulesPreview } from "../src/actions/bulk";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS } from "./sample";
import { patchOf } from "./wire";

let widget: Mounted;

beforeEach(async () => {
  vi.useFakeTimers();
  layOut(900, 440);
  widget = await mount();
});

afterEach(() => {
  widget.close();
  vi.useRealTimers();
});

const PREVIEW: RulesPreview = {
  title: "inner and everything in it: Off",
  rules: [
    {
      target: "all ensembles",
      network: "inner",
      before: "Inherit",
      after: "Off",
      code: "net.inner.config[nengo.Ensemble].trainable = False",
    },
    {
      target: "memory",
      network: "inner",
      before: "On",
      after: "Inherit",
      code: "del net.inner.config[memory].trainable",
    },
  ],
  count: 2,
  effects: [{ before: "On", after: "Off", what: "1 parameter", numbers: 12_000 }],
  note: "1 row has no such setting and will stay as they are.",
};

const DIALOG = "[role=dialog]";
const BAR = "[aria-label='Selected rows']";

function setAll(row: number): Promise<void> {
  return widget.click(widget.row(row).querySelector("[data-setting]") as HTMLElement);
}

async function choose(name: string): Promise<void> {
  const items = widget.all(".ne-menu-item");
  await widget.click(items.find((item) => item.textContent?.startsWith(name)) as HTMLElement);
}

function answer(preview: RulesPreview = PREVIEW): Promise<void> {
  return widget.after(() => widget.model.answer(widget.model.lastSent("preview_rules"), preview));
}

function sent(action: string): unknown[] {
  return widget.model.sent.filter((message) => message.action === action);
}

describe("everything in a network", () => {
  it("has a control of its own that shows no choice as made", async () => {
    await setAll(ROWS.inner);
    expect(widget.find("[role=menu]").getAttribute("aria-label")).toBe("Everything in inner");
    expect(widget.all("[role=menuitem]").map((item) => item.textContent)).toHaveLength(3);
    expect(widget.all("[aria-checked]")).toEqual([]);
  });

  it("is previewed, and nothing is written before Apply", async () => {
    await setAll(ROWS.inner);
    await choose("Off");
    expect(widget.model.lastSent("preview_rules")).toMatchObject({
      rows: [ROWS.inner],
      option: "trainable",
      setting: "off",
    });
    await answer();
    const text = widget.find(DIALOG).textContent ?? "";
    expect(text).toContain(PREVIEW.title);
    expect(text).toContain("2 rules will be written");
    expect(text).toContain("del net.inner.config[memory].trainable");
    expect(text).toContain("1 parameter: On \u2192 Off (12\u2009000 numbers)");
    expect(text).toContain(PREVIEW.note);
    expect(sent("set_rules")).toEqual([]);
    await widget.click(widget.button("Apply"));
    expect(widget.model.lastSent("set_rules")).toMatchObject({
      rows: [ROWS.inner],
      option: "trainable",
      setting: "off",
    });
    expect(widget.all(DIALOG)).toEqual([]);
  });

  it("stays as it is on Cancel and Escape, and the focus comes back", async () => {
    for (const leave of [
      () => widget.click(widget.button("Cancel")),
      () => widget.press("Escape"),
    ]) {
      await setAll(ROWS.inner);
      await choose("On");
      await answer();
      await leave();
      expect(widget.all(DIALOG)).toEqual([]);
      expect(document.activeElement?.closest("[data-row]")).toBe(widget.row(ROWS.inner));
    }
    expect(sent("set_rules")).toEqual([]);
  });
});

describe("the preview", () => {
  beforeEach(async () => {
    await setAll(ROWS.inner);
    await choose("Off");
  });

  it("keeps the Tab key inside", async () => {
    await answer();
    const stops = [...widget.find(DIALOG).querySelectorAll("button, [tabindex='0']")];
    for (let i = 0; i < stops.length; i++) {
      await widget.press("Tab");
      expect(widget.find(DIALOG).contains(document.activeElement)).toBe(true);
    }
  });

  it("cannot be applied before it is known, nor when there is nothing to write", async () => {
    await widget.click(widget.button("Apply"));
    await answer({ ...PREVIEW, rules: [], count: 0, effects: [], note: "" });
    expect(widget.find(DIALOG).textContent).toContain("set like this already");
    await widget.click(widget.button("Apply"));
    expect(sent("set_rules")).toEqual([]);
  });

  it("is asked for again when a setting has changed meanwhile", async () => {
    await answer();
    await widget.after(() =>
      widget.model.receiveMessage(...patchOf(2, [{ row: ROWS.innerEnsemble, state: {} }])),
    );
    expect(sent("preview_rules")).toHaveLength(2);
  });

  it("says why there is none", async () => {
    await widget.after(() =>
      widget.model.refuse(widget.model.lastSent("preview_rules"), "ValidationError", "no such row"),
    );
    expect(widget.find(DIALOG).textContent).toContain("no such row");
    expect(widget.button("Apply").getAttribute("aria-disabled")).toBe("true");
  });

  it("counts the rules that it does not list", async () => {
    await answer({ ...PREVIEW, count: 1002 });
    expect(widget.find(DIALOG).textContent).toContain("and 1\u2009000 more");
  });

  it("shows text of the model as text", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    await answer({ ...PREVIEW, title: evil, note: evil });
    expect(widget.all("img")).toEqual([]);
  });
});

describe("several rows", () => {
  async function select(): Promise<void> {
    await widget.click(widget.row(ROWS.ensemble));
    await widget.press("ArrowDown", { shiftKey: true });
    await widget.press("ArrowDown", { shiftKey: true });
  }

  it("are selected with Shift, and marked", async () => {
    expect(widget.all(BAR)).toEqual([]);
    await select();
    expect(widget.all("[role=row][aria-selected=true]")).toEqual(
      [ROWS.ensemble, ROWS.encoders, ROWS.bias].map((row) => widget.row(row)),
    );
    expect(widget.find(`${BAR} [role=status]`).textContent).toBe("3 rows selected");
    expect(widget.find("[role=treegrid]").getAttribute("aria-multiselectable")).toBe("true");
  });

  it("get one setting, with a preview", async () => {
    await select();
    const off = widget.all(`${BAR} button`).find((button) => button.textContent === "Off");
    await widget.click(off as HTMLElement);
    await answer();
    await widget.click(widget.button("Apply"));
    expect(widget.model.lastSent("set_rules").rows).toEqual([3, 4, 5]);
  });

  it("that are probes get a history", async () => {
    await widget.click(widget.row(ROWS.node));
    await widget.press("ArrowDown", { shiftKey: true });
    expect(widget.find(BAR).textContent).toContain("Last step");
  });

  it("are added one by one with Control, by keyboard too", async () => {
    await widget.click(widget.row(ROWS.ensemble));
    await widget.press("ArrowDown", { ctrlKey: true });
    await widget.press("ArrowDown", { ctrlKey: true });
    await widget.press(" ", { ctrlKey: true });
    expect(widget.row(ROWS.encoders).getAttribute("aria-selected")).toBe("false");
    expect(widget.row(ROWS.bias).getAttribute("aria-selected")).toBe("true");
    await widget.press("Escape");
    expect(widget.all("[role=row][aria-selected=true]")).toEqual([widget.row(ROWS.bias)]);
  });
});
