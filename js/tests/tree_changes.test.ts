// @vitest-environment happy-dom
/** Settings changed in the tree, and changes that come from Python. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeModel } from "./fake_model";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS, SAMPLE, sampleTraits } from "./sample";
import { patchOf, rowStateOf, structureOf } from "./wire";

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

function cells(row: number): string[] {
  return [...widget.row(row).querySelectorAll("[role=gridcell]")].map(
    (cell) => cell.textContent ?? "",
  );
}

function focusOn(row: number): Promise<void> {
  return widget.click(widget.row(row));
}

function focused(): HTMLElement {
  return document.activeElement as HTMLElement;
}

function focusedRow(): number {
  return Number(focused().closest<HTMLElement>("[data-row]")?.dataset.row);
}

describe("changing a value", () => {
  it("no arrow key, page key or letter sends a change", async () => {
    await focusOn(ROWS.network);
    const keys = ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown"];
    const more = ["ArrowUp", "PageDown", "PageUp", "Home", "End", "ArrowLeft", "*", "o", "f", "1"];
    for (const key of [...keys, ...more]) await widget.press(key);
    const changes = /^(set|apply|discard|undo|redo|load)/;
    expect(widget.model.sent.filter(({ action }) => changes.test(String(action)))).toEqual([]);
    expect(widget.all("[role=menu]")).toEqual([]);
  });

  it.each(["Enter", " "])(
    "%j on a Setting cell opens its menu at the present choice",
    async (key) => {
      await focusOn(ROWS.innerEnsemble);
      for (let i = 0; i < 5; i++) await widget.press("ArrowRight");
      await widget.press("ArrowLeft");
      await widget.press(key);
      const items = widget.all("[role=menuitemradio]");
      expect(items.map((item) => item.getAttribute("aria-checked"))).toEqual([
        "false",
        "true",
        "false",
      ]);
      expect(focused()).toBe(items[1]);
      expect(widget.model.sent.some((message) => message.action === "set_rule")).toBe(false);
    },
  );

  it("a choice sends the rule and gives the focus back", async () => {
    await focusOn(ROWS.ensemble);
    await widget.press(" ");
    await widget.press("ArrowDown");
    await widget.press("ArrowDown");
    await widget.click(focused());
    expect(widget.model.lastSent("set_rule")).toMatchObject({
      row: ROWS.ensemble,
      option: "trainable",
      setting: "off",
    });
    expect(widget.all("[role=menu]")).toEqual([]);
    expect(focusedRow()).toBe(ROWS.ensemble);
  });

  it("a probe sets keep history", async () => {
    await focusOn(ROWS.probe);
    await widget.press("Enter");
    await widget.press("l");
    await widget.click(focused());
    expect(widget.model.lastSent("set_rule")).toMatchObject({
      row: ROWS.probe,
      option: "keep_history",
      setting: "off",
    });
  });

  it("Escape closes the menu, sends nothing and gives the focus back", async () => {
    await focusOn(ROWS.ensemble);
    await widget.press(" ");
    await widget.press("Escape");
    expect(widget.all("[role=menu]")).toEqual([]);
    expect(focusedRow()).toBe(ROWS.ensemble);
    expect(widget.model.sent.some((message) => message.action === "set_rule")).toBe(false);
  });

  it("a focus that goes elsewhere closes the menu and is not called back", async () => {
    await focusOn(ROWS.ensemble);
    await widget.press(" ");
    const search = widget.find("input[type=search]");
    await widget.after(() => search.focus());
    expect(widget.all("[role=menu]")).toEqual([]);
    expect(focused()).toBe(search);
  });

  it("the setting on show is Python's, not what was asked for", async () => {
    await focusOn(ROWS.ensemble);
    await widget.press(" ");
    await widget.press("ArrowUp");
    await widget.click(focused());
    expect(cells(ROWS.ensemble)[3]).toBe("Inherit");
    const states = [{ row: ROWS.ensemble, state: { setting: 3, effective: 2, on: 0, total: 2 } }];
    await widget.after(() => widget.model.receiveMessage(...patchOf(2, states)));
    expect(cells(ROWS.ensemble).slice(-2)).toEqual(["Off", "0 of 2 on"]);
  });

  it("a refusal is told, with Python's words, until it is dismissed", async () => {
    await focusOn(ROWS.ensemble);
    await widget.press(" ");
    await widget.click(focused());
    const message = widget.model.lastSent("set_rule");
    await widget.after(() =>
      widget.model.refuse(message, "ValueError", "not while <b>training</b>"),
    );
    const alert = widget.find("[role=alert]");
    expect(alert.textContent).toContain("The setting was refused: not while <b>training</b>");
    await widget.click(widget.button("Dismiss"));
    expect(widget.find("[role=alert]").textContent).toBe("");
  });
});

describe("changes from Python", () => {
  it("a patch changes the rows it names", async () => {
    const change = { row: ROWS.bias, state: { setting: 1, effective: 2, on: 0, total: 1 } };
    await widget.after(() => widget.model.receiveMessage(...patchOf(2, [change])));
    expect(cells(ROWS.bias).at(-1)).toBe("Off");
    expect(cells(ROWS.encoders).at(-1)).toBe("On");
  });

  it("a view that is opened says which states it has", async () => {
    const model = new FakeModel(sampleTraits());
    const sent: unknown[] = [];
    model.on("sent", (content) => sent.push(content));
    const opened = await mount({}, model);
    expect(sent).toContainEqual({ id: expect.any(Number), action: "catch_up", version: 1 });
    opened.close();
  });

  it("a missed patch asks for everything again, once", async () => {
    for (const version of [5, 6]) {
      await widget.after(() => widget.model.receiveMessage(...patchOf(version, [])));
    }
    expect(widget.model.sent.filter((message) => message.action === "catch_up").length).toBe(1);
    const states = SAMPLE.map((row) => ({ ...row.state, effective: 5, total: 1 }));
    await widget.after(() => widget.model.receiveTrait("row_state", rowStateOf(states, 6)));
    expect(cells(ROWS.bias).at(-1)).toBe("Off (inference only)");
  });

  it("a patch that cannot be read is told and changes nothing", async () => {
    const [message] = patchOf(2, []);
    await widget.after(() => widget.model.receiveMessage(message, []));
    expect(widget.find("[role=alert]").textContent).toContain("expected 8 buffers");
    expect(cells(ROWS.bias).at(-1)).toBe("On");
  });

  it("two views of one widget show the same patch", async () => {
    const second = await mount({}, widget.model);
    const change = { row: ROWS.bias, state: { effective: 2, total: 1 } };
    await widget.after(() => widget.model.receiveMessage(...patchOf(2, [change])));
    for (const view of [widget, second]) {
      expect(view.row(ROWS.bias).querySelector(".ne-effective")?.textContent).toBe("Off");
    }
    second.close();
  });

  it("a view opened later shows the patches that came before", async () => {
    const change = { row: ROWS.bias, state: { effective: 2, total: 1 } };
    await widget.after(() => widget.model.receiveMessage(...patchOf(2, [change])));
    const second = await mount({}, widget.model);
    expect(second.row(ROWS.bias).querySelector(".ne-effective")?.textContent).toBe("Off");
    second.close();
  });

  it("a new structure replaces the rows and keeps the selection", async () => {
    await focusOn(ROWS.probe);
    const rows = SAMPLE.filter((row) => row.name !== "stimulus");
    await widget.after(() => {
      widget.model.receiveTrait("structure", structureOf(rows, 2));
      widget.model.receiveTrait(
        "row_state",
        rowStateOf(
          rows.map((row) => row.state),
          2,
        ),
      );
    });
    expect(widget.find("[role=treegrid]").getAttribute("aria-rowcount")).toBe("14");
    expect(widget.find("[role=row][aria-selected=true]").textContent).toContain("output");
  });
});
