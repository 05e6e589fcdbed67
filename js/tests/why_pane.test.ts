// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Explanation, Rule } from "../src/actions/settings";
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

function rule(changes: Partial<Rule>): Rule {
  return {
    network: "digits",
    network_row: 0,
    target: "Ensemble",
    setting: "Off",
    outcome: "overridden",
    overridden_by: "",
    text: "",
    ...changes,
  };
}

const EXPLANATION: Explanation = {
  title: "bias of hidden",
  subtitle: "100 parameters",
  state: "On.",
  reason: "A rule on the ensemble decides.",
  rules: [
    rule({ target: "hidden", setting: "On", outcome: "wins", network: "inner", network_row: 6 }),
    rule({ overridden_by: "the rule on hidden" }),
    rule({ target: "Neurons", setting: "No opinion here", outcome: "no opinion" }),
    rule({ target: "default", setting: "On", outcome: "default", network: "", network_row: -1 }),
  ],
  code: "net.config[hidden].trainable = True",
  accessor: "hidden.neurons",
  warnings: ["No path leads from it to a probe."],
};

async function explain(row: number, explanation: Explanation = EXPLANATION): Promise<void> {
  await widget.click(widget.row(row));
  await widget.after(() => widget.model.answer(widget.model.lastSent("explain"), explanation));
}

function questions(): unknown[] {
  return widget.model.sent.filter((sent) => sent.action === "explain").map((sent) => sent.row);
}

const PANE = "section[aria-label=Why]";

describe("asking", () => {
  it("the selected row is asked for, the root at the start", async () => {
    expect(questions()).toEqual([0]);
    await widget.click(widget.row(ROWS.bias));
    expect(questions()).toEqual([0, ROWS.bias]);
  });

  it("rows passed quickly are not asked for", async () => {
    for (const row of [ROWS.ensemble, ROWS.encoders, ROWS.bias]) {
      await widget.after(() => widget.row(row).click(), 30);
    }
    await widget.after(() => {});
    expect(questions()).toEqual([0, ROWS.bias]);
  });

  it("is repeated when any setting changed", async () => {
    await explain(ROWS.bias);
    const change = { row: ROWS.probe, state: { keep_setting: 3 } };
    await widget.after(() => widget.model.receiveMessage(...patchOf(2, [change])));
    expect(questions()).toEqual([0, ROWS.bias, ROWS.bias]);
  });

  it("an answer that comes too late for the selection is dropped", async () => {
    await widget.click(widget.row(ROWS.bias));
    const old = widget.model.lastSent("explain");
    await widget.click(widget.row(ROWS.probe));
    await widget.after(() => widget.model.answer(old, EXPLANATION));
    expect(widget.find(PANE).textContent).not.toContain("bias of hidden");
  });

  it("a refusal is told", async () => {
    await widget.click(widget.row(ROWS.bias));
    const asked = widget.model.lastSent("explain");
    await widget.after(() => widget.model.refuse(asked, "IndexError", "no such row"));
    expect(widget.find(PANE).textContent).toContain("No explanation: no such row");
  });
});

describe("the chain of rules", () => {
  beforeEach(() => explain(ROWS.bias));

  it("keeps Python's order and marks the winner", () => {
    const rules = widget.all(`${PANE} ol > li`);
    expect(rules.map((rule) => rule.querySelector(".ne-rule-outcome")?.textContent)).toEqual([
      "decides",
      "overridden by the rule on hidden",
      "no opinion",
      "default",
    ]);
    expect(rules.map((rule) => rule.querySelectorAll("svg").length)).toEqual([1, 0, 0, 0]);
  });

  it("strikes losers through, and only those", () => {
    const rules = widget.all(`${PANE} ol > li`);
    expect(rules.map((rule) => rule.querySelectorAll("s").length)).toEqual([0, 1, 0, 0]);
    expect(widget.find(`${PANE} s`).textContent).toBe("EnsembleOff");
  });

  it("links each rule to the network it was set on", async () => {
    const links = widget.all(`${PANE} ol button`);
    expect(links.map((link) => link.textContent)).toEqual(["inner", "digits", "digits"]);
    if (links[0]) await widget.click(links[0]);
    expect(widget.row(ROWS.inner).getAttribute("aria-selected")).toBe("true");
    expect(document.activeElement).toBe(widget.row(ROWS.inner));
  });

  it("says state, reason and warnings in words", () => {
    const text = widget.find(PANE).textContent;
    expect(text).toContain("On. A rule on the ensemble decides.");
    expect(text).toContain("Warning: No path leads from it to a probe.");
    expect(text).toContain("100 parameters");
  });
});

describe("the code", () => {
  it("is shown, and copied with a click", async () => {
    await explain(ROWS.bias);
    const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    expect(widget.find(`${PANE} pre`).textContent).toBe(EXPLANATION.code);
    await widget.click(widget.button("Copy code"));
    expect(writeText).toHaveBeenCalledWith(EXPLANATION.code);
    expect(widget.find(".ne-code .ne-copy [role=status]").textContent).toBe("Copied");
  });

  it("that gives the object is copied on its own", async () => {
    await explain(ROWS.bias);
    const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    expect(widget.find(".ne-accessor code").textContent).toBe("hidden.neurons");
    await widget.click(widget.button("Copy accessor"));
    expect(writeText).toHaveBeenCalledWith("hidden.neurons");
    await explain(ROWS.direct, { ...EXPLANATION, accessor: "" });
    expect(widget.all(".ne-accessor")).toEqual([]);
  });

  it("has no place where there is none", async () => {
    await explain(ROWS.direct, { ...EXPLANATION, code: "", rules: [] });
    expect(widget.all(`${PANE} pre, ${PANE} ol`)).toEqual([]);
  });
});

it("text from the model is never markup", async () => {
  const evil = "<img src=x onerror=alert(1)>";
  const rules = [rule({ target: evil, text: evil, network: evil, overridden_by: evil })];
  const explanation = { ...EXPLANATION, title: evil, reason: evil, code: evil, warnings: [evil] };
  await explain(ROWS.bias, { ...explanation, rules });
  expect(widget.all("img")).toEqual([]);
  expect(widget.find(`${PANE} h3`).textContent).toBe(evil);
});

describe("what was tried out", () => {
  const line = { row: ROWS.bias, name: "hidden bias", cells: ["Off", "0", ""], verdict: "" };
  const table = {
    title: "What the last training has moved",
    columns: ["Setting then", "Moved by", "Numbers that moved"],
    rows: [{ ...line, flagged: false }],
    note: "",
  };
  const proof = { gradients: null, phases: [], pins: [], pinned: [], neurons: [] };
  const facts = () => widget.all(`${PANE} [aria-label="What was tried out"] li`);

  it("is said of the row that it is about", async () => {
    await widget.after(() => widget.model.receiveTrait("proof", { ...proof, movement: table }));
    await explain(ROWS.encoders);
    expect(facts()).toEqual([]);
    await explain(ROWS.bias);
    expect(facts().map((fact) => fact.textContent)).toEqual([
      "What the last training has moved Setting then: Off Moved by: 0",
    ]);
  });

  it("stands out where it is not what the settings say", async () => {
    const odd = { ...table, rows: [{ ...line, verdict: "moved all the same", flagged: true }] };
    await widget.after(() => widget.model.receiveTrait("proof", { ...proof, movement: odd }));
    await explain(ROWS.bias);
    expect(facts()[0]?.className).toContain("flagged");
    expect(facts()[0]?.textContent).toContain("moved all the same");
  });
});
