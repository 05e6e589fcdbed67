// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Lesson, LessonQuestion } from "../src/model";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS } from "./sample";

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

function question(row: number, title: string, changes: Partial<LessonQuestion> = {}) {
  return { row, title, answer: "", truth: "", right: false, reason: "", ...changes };
}

function become(changes: Partial<Lesson>): Promise<void> {
  const none = { locked: [], hidden: [], locked_rows: [], open: true, right: 0, answered: 0 };
  const lesson = { ...none, questions: [], ...changes };
  return widget.after(() => widget.model.receiveTrait("lesson", lesson));
}

const pane = () => widget.all("[aria-label=Prediction]")[0];
const group = (title: string) =>
  widget.all(`[role=group][aria-label="Is ${title} trained?"] button`);

describe("a prediction", () => {
  it("is not there without questions", () => {
    expect(pane()).toBeUndefined();
  });

  it("asks, and sends what was chosen", async () => {
    await become({ questions: [question(ROWS.encoders, "hidden: encoders")] });
    const choices = group("hidden: encoders");
    expect(choices.map((button) => button.textContent)).toEqual(["On", "Off", "Locked", "Never"]);
    await widget.click(choices[1] as HTMLElement);
    expect(widget.model.lastSent("answer")).toMatchObject({ row: ROWS.encoders, answer: "off" });
  });

  it("goes on with the next question, for the keyboard too", async () => {
    const second = question(ROWS.bias, "hidden: bias");
    await become({ questions: [question(ROWS.encoders, "hidden: encoders"), second] });
    await widget.click(group("hidden: encoders")[0] as HTMLElement);
    const first = { answer: "on", truth: "off", reason: "<b>A rule.</b>" };
    await become({
      answered: 1,
      questions: [question(ROWS.encoders, "hidden: encoders", first), second],
    });
    await widget.after(() => widget.model.answer(widget.model.lastSent("answer"), false));
    expect(document.activeElement).toBe(group("hidden: bias")[0]);
    expect(pane()?.textContent).toContain("You said On; it is Off.");
    expect(pane()?.textContent).toContain("<b>A rule.</b>");
    expect(pane()?.textContent).toContain("1 of 2 answered, 0 right");
  });

  it("shows the score when it has ended", async () => {
    const right = question(ROWS.bias, "bias", { answer: "on", truth: "on", right: true });
    const skipped = question(ROWS.weights, "weights");
    await become({ open: false, right: 1, answered: 1, questions: [right, skipped] });
    expect(pane()?.textContent).toContain("1 of 2 right");
    expect(pane()?.textContent).toContain("Right: On.");
    expect(pane()?.textContent).toContain("not answered");
    expect(group("weights")).toEqual([]);
  });

  it("can be ended", async () => {
    await become({ questions: [question(ROWS.bias, "bias")] });
    await widget.click(widget.button("Reveal all"));
    expect(widget.model.lastSent("reveal")).toBeDefined();
  });

  it("leads to the row of a question", async () => {
    await become({ questions: [question(ROWS.weights, "weights of it")] });
    await widget.click(widget.button("weights of it"));
    expect(widget.row(ROWS.weights).getAttribute("aria-selected")).toBe("true");
  });
});

describe("an instructor", () => {
  it("hides controls", async () => {
    await become({ hidden: ["save", "why"], locked: ["save", "why"] });
    expect(widget.all("button").some((button) => button.textContent === "Save")).toBe(false);
    expect(widget.find(".nengo-explorer").dataset.hidden).toBe("save why");
  });

  it("locks and hides what runs and trains", async () => {
    await become({ locked: ["run", "train"], hidden: ["train"] });
    const names = widget.all(".ne-buttons button").map((button) => button.textContent);
    expect(names.slice(0, 3)).toEqual(["Run", "Stop", "Reset"]);
    await widget.click(widget.button("Run"));
    expect(widget.model.sent.some((sent) => sent.action === "run")).toBe(false);
    expect(widget.button("Run").title).toBe("Locked for this lesson");
  });

  it("locks controls, which say so", async () => {
    await become({ locked: ["code"] });
    const code = widget.button("Code");
    expect(code.getAttribute("aria-disabled")).toBe("true");
    expect(code.title).toBe("Locked for this lesson");
    await widget.click(code);
    expect(code.getAttribute("aria-expanded")).toBe("false");
  });
});

describe("a locked row", () => {
  const setting = (row: number) => widget.row(row).querySelector("[data-setting]") as HTMLElement;

  it("says so, and opens no menu", async () => {
    await become({ locked_rows: [ROWS.inner] });
    const inside = setting(ROWS.innerEnsemble);
    expect(inside.getAttribute("aria-disabled")).toBe("true");
    expect(inside.getAttribute("aria-label")).toContain("locked for this lesson");
    expect(inside.querySelector("svg")).not.toBeNull();
    await widget.click(inside);
    expect(widget.all("[role=menu]")).toEqual([]);
    expect(setting(ROWS.ensemble).getAttribute("aria-disabled")).toBeNull();
    await widget.click(setting(ROWS.ensemble));
    expect(widget.all("[role=menu]")).toHaveLength(1);
  });

  it.each(["trainable", "keep_history"])("may be so because %s is locked", async (option) => {
    await become({ locked: [option] });
    const locked = (row: number) => setting(row).getAttribute("aria-disabled") === "true";
    expect(locked(ROWS.ensemble)).toBe(option === "trainable");
    expect(locked(ROWS.probe)).toBe(option === "keep_history");
    await become({});
    expect(locked(ROWS.ensemble)).toBe(false);
  });
});
