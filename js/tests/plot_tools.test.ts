// @vitest-environment happy-dom
import { zlibSync } from "fflate";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Plot } from "../src/model";
import { parseItem } from "../src/panes/item_selector";
import { numberText } from "../src/panes/plot_table";
import type { SentMessage } from "./fake_model";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS } from "./sample";
import { misaligned, view } from "./wire";

let widget: Mounted;
let saved: { name: string; blob: Blob }[];

beforeEach(async () => {
  vi.useFakeTimers();
  layOut(900, 440);
  saved = [];
  const blobs = new Map<string, Blob>();
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    blobs.set(`blob:${blobs.size}`, blob as Blob);
    return `blob:${blobs.size - 1}`;
  });
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
    this: HTMLAnchorElement,
  ) {
    const blob = blobs.get(this.href);
    if (blob) saved.push({ name: this.download, blob });
  });
  widget = await mount();
});

afterEach(() => {
  widget.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function plot(changes: Partial<Plot> = {}): Plot {
  return {
    key: "5",
    row: ROWS.probe,
    title: "output",
    version: 1,
    png: view(Uint8Array.of(1)),
    width: 400,
    height: 200,
    stale: false,
    note: "",
    card: null,
    alt: "A line",
    item: 0,
    items: 0,
    samples: 3,
    ...changes,
  };
}

function become(...plots: Plot[]): Promise<void> {
  return widget.after(() => widget.model.receiveTrait("plots", plots));
}

/** An answer with buffers, as Python sends it. */
function answer(message: SentMessage, value: object, buffers: Record<string, Uint8Array>) {
  return widget.after(() => {
    const binary = Object.keys(buffers);
    const packed = Object.values(buffers).map((bytes) => misaligned(view(bytes)));
    widget.model.receiveMessage({ reply: message.id, ok: true, value, binary }, packed);
  });
}

function packed(array: Float32Array | Float64Array): Uint8Array {
  return zlibSync(new Uint8Array(array.buffer));
}

function text(content: string): Uint8Array {
  return zlibSync(new TextEncoder().encode(content));
}

const TABLE = {
  title: "output",
  x_label: "time (s)",
  names: ["0", "<b>"],
  count: 2,
  note: "Half.",
};
const BUFFERS = {
  places: packed(Float64Array.of(0.001, 8192.001)),
  values: packed(Float32Array.of(0.1, Number.NaN, Number.NEGATIVE_INFINITY, -1e-9)),
};

describe("a table", () => {
  const cells = () =>
    widget.all(".ne-numbers tr").map((row) => [...row.children].map((cell) => cell.textContent));

  it("is asked for when it is opened, and shows numbers that are none as text", async () => {
    await become(plot());
    expect(widget.model.actions).toEqual([]);
    await widget.click(widget.button("Table: output"));
    expect(widget.model.lastSent("plot_table").plot).toBe("5");
    await answer(widget.model.lastSent("plot_table"), TABLE, BUFFERS);
    expect(cells()).toEqual([
      ["time (s)", "0", "<b>"],
      ["0.001", "0.1", "NaN"],
      ["8192.001", "-Infinity", "-1e-9"],
    ]);
    expect(widget.find(".ne-numbers .ne-plot-note").textContent).toBe("Half.");
    expect(widget.button("Table: output").getAttribute("aria-expanded")).toBe("true");
    await widget.click(widget.button("Table: output"));
    expect(cells()).toEqual([]);
  });

  it("is asked for again with another figure, and not with the same one", async () => {
    await become(plot());
    await widget.click(widget.button("Table: output"));
    await become(plot({ note: "other" }));
    expect(widget.model.actions).toEqual(["plot_table"]);
    await become(plot({ version: 2 }));
    expect(widget.model.actions).toEqual(["plot_table", "plot_table"]);
  });

  it("of an older figure that comes late is not shown", async () => {
    await become(plot());
    await widget.click(widget.button("Table: output"));
    const first = widget.model.lastSent("plot_table");
    await become(plot({ version: 2 }));
    await answer(widget.model.lastSent("plot_table"), TABLE, BUFFERS);
    await answer(first, { ...TABLE, names: ["old", "older"] }, BUFFERS);
    expect(cells()[0]).toEqual(["time (s)", "0", "<b>"]);
  });
});

describe("a file", () => {
  it("of a figure is saved under the name that Python gives", async () => {
    await become(plot());
    await widget.click(widget.button("SVG: save output"));
    expect(widget.model.lastSent("plot_figure")).toMatchObject({ plot: "5", kind: "svg" });
    const contents = { contents: new TextEncoder().encode("<svg/>") };
    await answer(widget.model.lastSent("plot_figure"), { name: "output.svg" }, contents);
    expect(saved.map(({ name, blob }) => [name, blob.type])).toEqual([
      ["output.svg", "image/svg+xml"],
    ]);
    expect(await saved[0]?.blob.text()).toBe("<svg/>");
    expect(widget.find(".ne-tools-message").textContent).toBe("Saved output.svg");
    await widget.after(() => {}, 6000);
    expect(widget.find(".ne-tools-message").textContent).toBe("");
  });

  it("of numbers is put together from its parts", async () => {
    await become(plot());
    await widget.click(widget.button("CSV: save output"));
    const first = widget.model.lastSent("plot_csv");
    expect(first).toMatchObject({ plot: "5", start: 0, stop: 0, version: 0 });
    const more = { name: "o.csv", start: 2, stop: 3, version: 7 };
    await answer(first, more, { contents: text("t,0\n1,1\n2,2\n") });
    expect(widget.button("Cancel 66 %")).toBeTruthy();
    const second = widget.model.lastSent("plot_csv");
    expect(second).toMatchObject({ start: 2, stop: 3, version: 7 });
    await answer(second, { ...more, start: 3 }, { contents: text("3,3\n") });
    expect(await saved[0]?.blob.text()).toBe("t,0\n1,1\n2,2\n3,3\n");
    expect(saved[0]?.name).toBe("o.csv");
  });

  it("that takes long can be given up", async () => {
    await become(plot());
    await widget.click(widget.button("CSV: save output"));
    const more = { name: "o.csv", start: 1, stop: 3, version: 7 };
    await widget.click(widget.button("Cancel 0 %"));
    await answer(widget.model.lastSent("plot_csv"), more, { contents: text("1\n") });
    expect(widget.model.actions).toEqual(["plot_csv"]);
    expect(saved).toEqual([]);
    expect(widget.button("CSV: save output")).toBeTruthy();
  });

  it("that was refused says why, and can be saved again", async () => {
    await become(plot());
    await widget.click(widget.button("CSV: save output"));
    const sent = widget.model.lastSent("plot_csv");
    await widget.after(() => widget.model.refuse(sent, "ValidationError", "Save it again."));
    expect(widget.find("[role=alert]").textContent).toContain("Save it again.");
    expect(widget.button("CSV: save output")).toBeTruthy();
  });

  it("is not offered where there is nothing in it", async () => {
    await become(plot({ png: null, card: { label: "Last", values: ["1"] } }));
    const names = () => widget.all(".ne-tool").map((tool) => tool.textContent);
    expect(names()).toEqual(["Table", "CSV"]);
    await become(plot({ png: null, samples: 0 }));
    expect(names()).toEqual([]);
    await become(plot({ key: "", row: -1, png: null }));
    expect(names()).toEqual([]);
  });
});

describe("the item of a minibatch", () => {
  const field = () => widget.find("input[type=number]") as HTMLInputElement;

  it("can be chosen where there are several", async () => {
    await become(plot({ item: 1, items: 1 }));
    expect(widget.all("input[type=number]")).toEqual([]);
    await become(plot({ item: 2, items: 8 }));
    expect(field().value).toBe("2");
    expect(widget.find(".ne-item").textContent).toContain("of 8");
    await widget.type(field(), "5");
    expect(widget.model.lastSent("show_item").item).toBe(5);
    await become(plot({ item: 2, items: 8, version: 2 }));
    expect(field().value).toBe("5");
    await widget.after(() => widget.model.answer(widget.model.lastSent("show_item")));
    await become(plot({ item: 5, items: 8, version: 3 }));
    expect(field().value).toBe("5");
  });

  it("that does not exist is not asked for", async () => {
    await become(plot({ item: 2, items: 8 }));
    await widget.type(field(), "9");
    expect(field().getAttribute("aria-invalid")).toBe("true");
    expect(widget.find(".ne-item .ne-fault").textContent).toBe("Enter 1 to 8.");
    expect(widget.model.actions).toEqual([]);
    await widget.after(() => field().dispatchEvent(new FocusEvent("blur")));
    expect(field().value).toBe("2");
  });

  it.each([
    ["1", 1],
    [" 8 ", 8],
    ["0", null],
    ["9", null],
    ["1.5", null],
    ["", null],
    ["1e0", null],
  ])("%j is read as %s", (typed, item) => {
    expect(parseItem(typed, 8)).toBe(item);
  });
});

describe("a training", () => {
  it("has a group of its own above the probes", async () => {
    const curve = plot({ key: "gradient norms", row: -1, title: "Gradient norms" });
    await become(plot());
    await widget.after(() => widget.model.receiveTrait("curves", [curve]));
    expect(widget.all(".ne-plots h3").map((head) => head.textContent)).toEqual([
      "Last training",
      "Probes",
    ]);
    expect(widget.find("[data-plot='gradient norms']").textContent).toContain("Gradient norms");
  });
});

it.each([
  [0.1 + 0.2, "0.3"],
  [1e21, "1e+21"],
  [-0, "0"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [Math.fround(0.1), "0.1"],
])("%s is written %s", (value, written) => {
  expect(numberText(value, 6)).toBe(written);
});
