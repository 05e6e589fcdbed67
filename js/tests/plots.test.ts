// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Plot } from "../src/model";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS } from "./sample";
import { misaligned, view } from "./wire";

let widget: Mounted;
let blobs: Map<string, Blob>;

beforeEach(async () => {
  vi.useFakeTimers();
  layOut(900, 440);
  blobs = new Map();
  let made = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
    const url = `blob:${++made}`;
    blobs.set(url, blob as Blob);
    return url;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void blobs.delete(url));
  widget = await mount();
});

afterEach(() => {
  widget.close();
  vi.useRealTimers();
});

function plot(changes: Partial<Plot> = {}): Plot {
  return {
    key: String(changes.row ?? ROWS.probe),
    row: ROWS.probe,
    title: "output",
    version: 1,
    png: misaligned(view(Uint8Array.of(1, 2, 3))),
    width: 400,
    height: 200,
    stale: false,
    note: "",
    card: null,
    alt: "Two lines over one second",
    item: 0,
    items: 0,
    samples: 1000,
    ...changes,
  };
}

function become(...plots: Plot[]): Promise<void> {
  return widget.after(() => widget.model.receiveTrait("plots", plots));
}

function images(): string[] {
  return widget.all("img").map((image) => image.getAttribute("src") ?? "");
}

it("without a run there is a hint and no figure", () => {
  expect(widget.find(".ne-plots").textContent).toContain("Run the model");
  expect(widget.all("figure")).toEqual([]);
});

describe("an image", () => {
  it("shows the bytes that were sent, with a text for those who do not see it", async () => {
    await become(plot());
    const image = widget.find("img");
    const blob = blobs.get(image.getAttribute("src") ?? "");
    expect(new Uint8Array((await blob?.arrayBuffer()) ?? [])).toEqual(Uint8Array.of(1, 2, 3));
    expect(blob?.type).toBe("image/png");
    expect(image.getAttribute("alt")).toBe("Two lines over one second");
    expect(image.style.aspectRatio).toBe("400 / 200");
  });

  it("is replaced by a newer one, and the old one is given up", async () => {
    await become(plot());
    const [before] = images();
    await become(plot({ version: 2, png: view(Uint8Array.of(4)) }));
    const [after] = images();
    expect(after).not.toBe(before);
    expect([...blobs.keys()]).toEqual([after]);
  });

  it("is not made again when something else changed", async () => {
    const same = plot();
    await become(same);
    const before = images();
    await become({ ...same, note: "new" });
    expect(images()).toEqual(before);
  });

  it("is given up when the view closes", async () => {
    await become(plot());
    expect(blobs.size).toBe(1);
    await widget.after(() => widget.close());
    expect(blobs.size).toBe(0);
  });
});

describe("a probe without history", () => {
  it("has a card with its last values and no image", async () => {
    await become(plot({ png: null, card: { label: "at 1 s", values: ["0.25", "-1.5"] } }));
    expect(widget.all("img")).toEqual([]);
    expect(widget.find("dl dt").textContent).toBe("at 1 s");
    expect(widget.all("dl dd").map((value) => value.textContent)).toEqual(["0.25", "-1.5"]);
  });
});

describe("figures", () => {
  it("from previous settings say so", async () => {
    await become(plot({ stale: true }), plot({ row: ROWS.ensemble, title: "spikes" }));
    const [old, fresh] = widget.all("figure");
    expect(old?.textContent).toContain("from previous settings");
    expect(fresh?.textContent).not.toContain("from previous settings");
  });

  it("lead to the row of their probe", async () => {
    await become(plot());
    await widget.click(widget.button("output"));
    expect(widget.row(ROWS.probe).getAttribute("aria-selected")).toBe("true");
  });

  it("without a row lead nowhere", async () => {
    await become(plot({ key: "", row: -1, title: "More probes", png: null }));
    expect(widget.all("figure button")).toEqual([]);
    expect(widget.find("figcaption").textContent).toBe("More probes");
  });

  it("have titles and notes that are text", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    await become(
      plot({ png: null, title: evil, note: evil, card: { label: evil, values: [evil] } }),
    );
    expect(widget.all("img")).toEqual([]);
    expect(widget.find("figcaption [dir=auto]").textContent).toBe(evil);
  });
});
