// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS, SAMPLE } from "./sample";
import { rowStateOf, structureOf } from "./wire";

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

function tabStops(): HTMLElement[] {
  return widget.all("[role=treegrid] [tabindex='0'], [role=treegrid] button:not([tabindex])");
}

describe("roles and places", () => {
  it("the grid says how many rows and columns it has", () => {
    const grid = widget.find("[role=treegrid]");
    expect(grid.getAttribute("aria-rowcount")).toBe(String(SAMPLE.length + 1));
    expect(grid.getAttribute("aria-colcount")).toBe("5");
    expect(grid.getAttribute("aria-label")).toContain("Network");
    expect(widget.all("[role=columnheader]").map((head) => head.textContent)).toEqual([
      "Name",
      "Size",
      "Parameters",
      "Setting",
      "Effective",
    ]);
  });

  it.each([
    [ROWS.network, "1", "1", "1", "true", "2"],
    [ROWS.ensemble, "2", "3", "8", "true", "5"],
    [ROWS.bias, "3", "2", "2", null, "7"],
    [ROWS.direct, "2", "8", "8", null, "15"],
  ])(
    "row %i knows its level, place, siblings and expansion",
    (row, level, place, size, open, at) => {
      const element = widget.row(row);
      expect(element.getAttribute("aria-level")).toBe(level);
      expect(element.getAttribute("aria-posinset")).toBe(place);
      expect(element.getAttribute("aria-setsize")).toBe(size);
      expect(element.getAttribute("aria-expanded")).toBe(open);
      expect(element.getAttribute("aria-rowindex")).toBe(at);
    },
  );

  it("closing a row takes its children away and says so", async () => {
    await widget.click(widget.row(ROWS.ensemble).querySelector("[data-expander]") as HTMLElement);
    expect(widget.row(ROWS.ensemble).getAttribute("aria-expanded")).toBe("false");
    expect(widget.all(`[data-row="${ROWS.bias}"]`)).toEqual([]);
    expect(widget.find("[role=treegrid]").getAttribute("aria-rowcount")).toBe("13");
  });

  it("setting and effective value are two cells", () => {
    expect(cells(ROWS.ensemble).slice(-2)).toEqual(["Inherit", "2 of 2 on"]);
    expect(cells(ROWS.innerEnsemble).slice(-2)).toEqual(["On", "On"]);
    expect(cells(ROWS.probe).slice(-2)).toEqual(["Inherit", "Every step"]);
    expect(cells(ROWS.direct).slice(-2)).toEqual(["", "Never"]);
    expect(cells(ROWS.weights).slice(-1)).toEqual(["Locked"]);
  });

  it("a row with a warning says so in words", () => {
    expect(cells(ROWS.innerEnsemble)[0]).toContain("has a warning");
    expect(cells(ROWS.ensemble)[0]).not.toContain("warning");
  });

  it("a narrow tree keeps the setting and the effective value", async () => {
    layOut(380, 440);
    const narrow = await mount();
    const heads = narrow.all("[role=columnheader]").map((head) => head.textContent);
    expect(heads).toEqual(["Name", "Setting", "Effective"]);
    narrow.close();
  });
});

describe("labels are text", () => {
  const evil = "<img src=x onerror=alert(1)>";

  it("a label with markup makes no element, anywhere", async () => {
    const rows = SAMPLE.map((row, i) => (i === ROWS.ensemble ? { ...row, name: evil } : row));
    const marked = await mount({ structure: structureOf(rows) });
    expect(marked.all("img, script")).toEqual([]);
    expect(marked.row(ROWS.ensemble).textContent).toContain(evil);
    expect(
      marked.row(ROWS.ensemble).querySelector("[data-setting]")?.getAttribute("aria-label"),
    ).toBe(`Trainable setting of ${evil}: Inherit`);
    await marked.click(marked.row(ROWS.ensemble));
    expect(marked.find(".ne-path").textContent).toContain(evil);
    expect(marked.all("img, script")).toEqual([]);
    marked.close();
  });

  it("right-to-left labels do not turn the row around", () => {
    expect(widget.row(ROWS.ensemble).querySelector(".ne-label")?.getAttribute("dir")).toBe("auto");
  });
});

describe("focus", () => {
  it("there is one tab stop, and it follows the focus", async () => {
    expect(tabStops().map((stop) => stop.dataset.row)).toEqual(["0"]);
    await focusOn(ROWS.ensemble);
    expect(tabStops()).toEqual([widget.row(ROWS.ensemble)]);
    await widget.press("ArrowRight");
    expect(tabStops()).toEqual([focused()]);
    await widget.press("End");
    expect(tabStops()).toEqual([focused()]);
  });

  it("goes through rows and cells with the arrow keys, as the treegrid pattern says", async () => {
    await focusOn(ROWS.network);
    await widget.press("ArrowDown");
    expect(focusedRow()).toBe(1);
    await widget.press("ArrowRight");
    expect(focused().getAttribute("role")).toBe("gridcell");
    await widget.press("ArrowRight");
    await widget.press("ArrowRight");
    await widget.press("ArrowRight");
    expect(focused().getAttribute("aria-label")).toBe("Trainable setting of Ensemble: Inherit");
    await widget.press("ArrowDown");
    expect(focused().getAttribute("aria-label")).toBe("Trainable setting of Connection: Off");
  });

  it("closes and opens rows with Left and Right", async () => {
    await focusOn(ROWS.ensemble);
    await widget.press("ArrowLeft");
    expect(widget.row(ROWS.ensemble).getAttribute("aria-expanded")).toBe("false");
    await widget.press("ArrowRight");
    expect(widget.row(ROWS.ensemble).getAttribute("aria-expanded")).toBe("true");
    await focusOn(ROWS.bias);
    await widget.press("ArrowLeft");
    expect(focusedRow()).toBe(ROWS.ensemble);
  });

  it("goes to a row by its first letters", async () => {
    await focusOn(ROWS.network);
    await widget.press("o");
    expect(focusedRow()).toBe(ROWS.probe);
  });

  it("keys that the tree uses do not reach the host", async () => {
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    await focusOn(ROWS.network);
    for (const key of ["a", "b", "d", "ArrowDown", "End"]) await widget.press(key);
    expect(heard).not.toHaveBeenCalled();
    await widget.press("s", { ctrlKey: true });
    expect(heard).toHaveBeenCalledTimes(1);
    document.body.removeEventListener("keydown", heard);
  });

  it("selects, and the selected row is marked", async () => {
    await focusOn(ROWS.probe);
    expect(widget.all("[role=row][aria-selected=true]")).toEqual([widget.row(ROWS.probe)]);
  });
});

describe("a large network", () => {
  it("draws only the rows near the screen", async () => {
    const nodes = Array.from({ length: 5000 }, (_, i) => ({
      name: `n${i}`,
      kind: "node",
      parent: 0,
    }));
    const rows = [{ name: "net", kind: "network", parent: -1 }, ...nodes];
    const large = await mount({
      structure: structureOf(rows),
      row_state: rowStateOf(rows.map(() => ({}))),
    });
    const grid = large.find("[role=treegrid]");
    expect(grid.getAttribute("aria-rowcount")).toBe("5002");
    expect(large.all("[data-row]").length).toBeLessThan(60);
    await large.after(() => {
      grid.scrollTop = 4000 * 28;
      grid.dispatchEvent(new Event("scroll"));
    });
    expect(large.row(4010).getAttribute("aria-rowindex")).toBe("4012");
    // The tab stop stays in the document while it is scrolled out of sight.
    expect(large.row(0).tabIndex).toBe(0);
    large.close();
  });
});

describe("the search box", () => {
  it("shows matches with the way to them, and says how many there are", async () => {
    await widget.type(widget.find("input[type=search]"), "bias");
    expect(widget.all("[data-row]").map((row) => Number(row.dataset.row))).toEqual([
      0,
      ROWS.ensemble,
      ROWS.bias,
      ROWS.inner,
      ROWS.innerEnsemble,
      8,
    ]);
    expect(widget.find(".ne-search-count").textContent).toBe("2 matches");
  });
});

describe("a closed view", () => {
  it("leaves nothing behind", async () => {
    const other = await mount();
    other.close();
    expect(other.model.listenerCount).toBe(0);
    expect(other.host.childNodes.length).toBe(0);
  });
});

describe("filters", () => {
  it("say how many rows match, and are cleared together", async () => {
    await widget.click(widget.button("Set here"));
    expect(widget.button("Set here").getAttribute("aria-pressed")).toBe("true");
    expect(widget.find(".ne-search-count").textContent).toBe("2 matches");
    await widget.type(widget.find("input[type=search]"), "zzz");
    expect(widget.find(".ne-search-count").textContent).toBe("No row matches");
    await widget.click(widget.button("Clear all filters"));
    expect(widget.all("[data-row]").length).toBe(SAMPLE.length);
    expect(widget.find(".ne-search-count").textContent).toBe("");
  });

  it("offer the kinds that there are", () => {
    const kinds = [...widget.find("select.ne-filter-kind").querySelectorAll("option")];
    const texts = kinds.map((option) => option.textContent);
    expect(texts).toContain("Ensembles");
    expect(texts).not.toContain("Learning rules");
  });

  it("are reached from the tree and left for it by keyboard", async () => {
    await focusOn(ROWS.network);
    await widget.press("/");
    const field = widget.find("input[type=search]");
    expect(document.activeElement).toBe(field);
    await widget.type(field, "bias");
    await widget.press("Enter");
    expect(focusedRow()).toBe(ROWS.bias);
    expect(widget.row(ROWS.bias).querySelector("mark")?.textContent).toBe("bias");
    await widget.press("/");
    await widget.press("Escape");
    expect(widget.all("[data-row]").length).toBe(SAMPLE.length);
  });
});
