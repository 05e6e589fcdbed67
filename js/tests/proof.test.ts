// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Proof, ProofFigure, ProofRow, ProofTable } from "../src/model";
import { SHOWN_AT_FIRST } from "../src/panes/proof_table";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS, STATUS } from "./sample";

function line(changes: Partial<ProofRow>): ProofRow {
  const cells = ["On", "1.5", "0 %"];
  return { row: ROWS.bias, name: "hidden bias", cells, verdict: "", flagged: false, ...changes };
}

const TABLE: ProofTable = {
  title: "One step of training, tried on a copy",
  columns: ["Setting", "Gradient norm", "Neurons with zero gradient"],
  rows: [
    line({ name: "fine" }),
    line({ name: "remark", verdict: "60% of the neurons have no gradient" }),
    line({ name: "<b>bad</b>", row: ROWS.encoders, verdict: "Off, but it moved", flagged: true }),
  ],
  note: "1 parameter does not do what the settings say.",
};

const FIGURE: ProofFigure = {
  row: ROWS.probe,
  title: "output",
  version: 1,
  png: new Uint8Array([137, 80, 78, 71]),
  width: 400,
  height: 200,
  note: "Root mean square difference 0.1.",
  alt: "output: rates and spikes, overlaid.",
};

const NOTHING: Proof = {
  gradients: null,
  movement: null,
  phases: [],
  pins: [],
  pinned: [],
  neurons: [],
};

let view: Mounted;

beforeEach(() => {
  vi.useFakeTimers();
  layOut(900, 400);
});

afterEach(() => {
  view.close();
  vi.useRealTimers();
});

const proof = (changes: Partial<Proof>) => mount({ proof: { ...NOTHING, ...changes } });
const trained = { ...STATUS, can_train: true, n_steps: 10 };

function hintOf(button: HTMLElement): string {
  const id = button.getAttribute("aria-describedby") ?? "";
  return document.getElementById(id)?.textContent ?? "";
}

describe("a table of facts", () => {
  it("is a table with named rows and columns", async () => {
    view = await proof({ gradients: TABLE });
    const heads = view.all(".ne-proof-table thead th").map((cell) => cell.textContent);
    expect(heads).toEqual(["Parameter", "Verdict", ...TABLE.columns]);
    expect(view.all(".ne-proof-table th[scope=row]")).toHaveLength(3);
    const table = view.find(".ne-proof-table");
    const name = document.getElementById(table.getAttribute("aria-labelledby") ?? "");
    expect(name?.textContent).toBe(TABLE.title);
  });

  it("begins with what disagrees, in words and not by colour alone", async () => {
    view = await proof({ gradients: TABLE });
    const rows = view.all(".ne-proof-table tbody tr");
    expect(rows[0]?.textContent).toContain("<b>bad</b>");
    expect(rows[0]?.textContent).toContain("Off, but it moved");
    expect(rows[1]?.textContent).toContain("60% of the neurons");
    expect(rows[2]?.textContent).toContain("as set");
    expect(view.find(".ne-proof-part [role=status]").textContent).toBe(TABLE.note);
  });

  it("leads to the row of a parameter", async () => {
    view = await proof({ movement: TABLE });
    await view.click(view.button("<b>bad</b>"));
    expect(view.row(ROWS.encoders).getAttribute("aria-selected")).toBe("true");
  });

  it("shows many parameters on request only", async () => {
    const rows = Array.from({ length: SHOWN_AT_FIRST + 5 }, (_, i) => line({ name: `p${i}` }));
    view = await proof({ gradients: { ...TABLE, rows } });
    expect(view.all(".ne-proof-table tbody tr")).toHaveLength(SHOWN_AT_FIRST);
    await view.click(view.button("Show 5 more"));
    expect(view.all(".ne-proof-table tbody tr")).toHaveLength(SHOWN_AT_FIRST + 5);
  });
});

describe("the commands", () => {
  it("say why they are not possible", async () => {
    view = await proof({});
    const button = view.button("Check gradients");
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(hintOf(button)).toBe(STATUS.train_hint);
    await view.click(button);
    expect(view.model.sent.some((message) => message.action === "check_gradients")).toBe(false);
    expect(hintOf(view.button("Pin this run"))).toBe("Run the model first.");
  });

  it("ask Python", async () => {
    view = await mount({ status: trained, run_time: 0.5 });
    await view.click(view.button("Check gradients"));
    await view.click(view.button("Rates and spikes"));
    await view.click(view.button("Pin this run"));
    expect(view.model.lastSent("check_gradients")).toBeTruthy();
    expect(view.model.lastSent("compare_phases").seconds).toBe(0.5);
    expect(view.model.lastSent("pin")).toBeTruthy();
  });

  it("wait while the simulator is in use", async () => {
    view = await mount({ status: { ...trained, phase: "training" } });
    expect(view.button("Check gradients").getAttribute("aria-disabled")).toBe("true");
    expect(hintOf(view.button("Pin this run"))).not.toBe("");
  });

  it("look at the ensemble that is selected, or whose parameter is", async () => {
    view = await mount({ status: trained });
    expect(view.button("Neurons").getAttribute("aria-disabled")).toBe("true");
    await view.click(view.row(ROWS.bias));
    expect(hintOf(view.button("Neurons"))).toContain("hidden");
    await view.click(view.button("Neurons"));
    expect(view.model.lastSent("look_at_neurons").row).toBe(ROWS.ensemble);
  });
});

describe("pinned runs", () => {
  const pins = [{ number: 3, title: "Pin 3", differences: ["LIF smoothing: off \u2192 0.1"] }];

  it("say which settings differ, and can be removed", async () => {
    view = await proof({ pins, pinned: [FIGURE] });
    expect(view.find(".ne-pin").textContent).toContain("LIF smoothing: off \u2192 0.1");
    await view.click(view.button("Remove Pin 3"));
    expect(view.model.lastSent("unpin").number).toBe(3);
  });

  it("say what to do until there is another run", async () => {
    view = await proof({ pins });
    expect(view.find(".ne-proof-part").textContent).toContain("Run the model again");
  });
});

describe("figures", () => {
  it("are described, and lead to their probe", async () => {
    view = await proof({ phases: [FIGURE] });
    expect(view.find(".ne-proof img").getAttribute("alt")).toBe(FIGURE.alt);
    expect(view.find(".ne-proof figure").textContent).toContain(FIGURE.note);
    await view.click(view.find(".ne-proof figcaption button"));
    expect(view.row(ROWS.probe).getAttribute("aria-selected")).toBe("true");
  });
});
