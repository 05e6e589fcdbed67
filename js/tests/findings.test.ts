// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FindingRecord } from "../src/model";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS } from "./sample";

const HIDDEN_NONE: FindingRecord = {
  id: 7,
  check: "hiding_none",
  title: "None hides a class rule",
  row: ROWS.innerEnsemble,
  object: "memory",
  message: "The setting None of <b>memory</b> hides the rule for its class.",
  fix: "Remove the None.",
  can_fix: true,
};

const BY_HAND: FindingRecord = {
  ...HIDDEN_NONE,
  id: 8,
  check: "zero_gradient",
  title: "Neurons without gradient",
  row: ROWS.bias,
  object: "hidden bias",
  fix: "Lower the intercepts.",
  can_fix: false,
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

const items = () => view.all(".ne-findings li");

describe("the list of findings", () => {
  it("says that all is well where nothing was found", async () => {
    view = await mount({ findings: [] });
    expect(items()).toHaveLength(0);
    expect(view.find(".ne-findings [role=status]").textContent).toContain("has its effect");
  });

  it("counts and shows what was found, as text", async () => {
    view = await mount({ findings: [HIDDEN_NONE, BY_HAND] });
    expect(view.find(".ne-findings [role=status]").textContent).toBe("2 findings");
    expect(items()[0]?.textContent).toContain("<b>memory</b> hides the rule");
    expect(items()[0]?.querySelector("b")).toBeNull();
  });

  it("jumps to the row of a finding", async () => {
    view = await mount({ findings: [BY_HAND] });
    await view.click(view.button("hidden bias"));
    expect(view.row(ROWS.bias).getAttribute("aria-selected")).toBe("true");
  });

  it("offers a fix only where there is one", async () => {
    view = await mount({ findings: [HIDDEN_NONE, BY_HAND] });
    const names = items().map((item) => item.textContent?.includes("Apply fix"));
    expect(names).toEqual([true, false]);
  });

  it("asks Python for the fix, and keeps the focus in the region", async () => {
    view = await mount({ findings: [HIDDEN_NONE] });
    await view.click(view.button("Apply fix: None hides a class rule, memory"));
    const sent = view.model.lastSent("apply_fix");
    expect(sent.finding).toBe(7);
    await view.after(() => {
      view.model.receiveTrait("findings", []);
      view.model.answer(sent);
    });
    expect(items()).toHaveLength(0);
    expect(document.activeElement?.textContent).toBe("Findings");
  });

  it("dismisses what is meant to be so", async () => {
    view = await mount({ findings: [BY_HAND] });
    await view.click(view.button("Dismiss: Neurons without gradient, hidden bias"));
    expect(view.model.lastSent("dismiss_finding").finding).toBe(8);
  });

  it("follows Python", async () => {
    view = await mount({ findings: [] });
    await view.after(() => view.model.receiveTrait("findings", [HIDDEN_NONE]));
    expect(view.find(".ne-findings [role=status]").textContent).toBe("1 finding");
  });
});
