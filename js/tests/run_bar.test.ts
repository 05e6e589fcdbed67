// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Phase, Status } from "../src/model";
import { parseSeconds } from "../src/panes/run_bar";
import { WRITE_DELAY_MS } from "../src/sync";
import { layOut, type Mounted, mount } from "./mount";
import { STATUS } from "./sample";

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

const TIME = "input[inputmode=decimal]";

function become(changes: Partial<Status>): Promise<void> {
  return widget.after(() => widget.model.receiveTrait("status", { ...STATUS, ...changes }));
}

function disabled(name: string): boolean {
  return widget.button(name).getAttribute("aria-disabled") === "true";
}

function actions(): string[] {
  return widget.model.actions;
}

describe("a run time", () => {
  it.each([
    ["0", 0],
    ["1.5", 1.5],
    [" 2 ", 2],
    ["1e-3", 0.001],
    ["", null],
    [" ", null],
    ["-1", null],
    ["1,5", null],
    ["NaN", null],
    ["Infinity", null],
    ["two", null],
  ])("%j is read as %s", (text, seconds) => {
    expect(parseSeconds(text)).toBe(seconds);
  });

  it("that is none disables Run and says what is accepted", async () => {
    await widget.type(widget.find(TIME), "-3");
    expect(disabled("Run")).toBe(true);
    expect(widget.find(TIME).getAttribute("aria-invalid")).toBe("true");
    expect(widget.find(".ne-fault").textContent).toBe("Enter a time in seconds, 0 or more.");
    await widget.click(widget.button("Run"));
    await widget.after(() => widget.find(TIME).focus());
    await widget.press("Enter");
    expect(actions()).toEqual([]);
  });

  it("goes to Python once typing has paused", async () => {
    await widget.type(widget.find(TIME), "2.5");
    await widget.after(() => vi.advanceTimersByTime(WRITE_DELAY_MS));
    expect(widget.model.saved).toContainEqual(expect.objectContaining({ run_time: 2.5 }));
  });

  it("follows a change made in Python", async () => {
    await widget.after(() => widget.model.receiveTrait("run_time", 7));
    expect((widget.find(TIME) as HTMLInputElement).value).toBe("7");
  });

  it("being typed is not replaced by its own number", async () => {
    await widget.type(widget.find(TIME), "1.");
    await widget.after(() => vi.advanceTimersByTime(WRITE_DELAY_MS));
    expect((widget.find(TIME) as HTMLInputElement).value).toBe("1.");
  });
});

describe("buttons", () => {
  it("Run sends the time on show, typed a moment ago", async () => {
    await widget.type(widget.find(TIME), "0.25");
    await widget.click(widget.button("Run"));
    expect(widget.model.lastSent("run").seconds).toBe(0.25);
    expect(widget.model.saved.at(-1)).toMatchObject({ run_time: 0.25 });
  });

  it("Enter in the time field runs", async () => {
    await widget.after(() => widget.find(TIME).focus());
    await widget.press("Enter");
    expect(actions()).toEqual(["run"]);
  });

  it.each<[Phase, string[]]>([
    ["idle", ["Stop"]],
    ["ready", ["Stop"]],
    ["error", ["Stop"]],
    ["building", ["Run", "Reset", "Train"]],
    ["running", ["Run", "Reset", "Train"]],
    ["training", ["Run", "Reset", "Train"]],
    ["stopping", ["Run", "Stop", "Reset", "Train"]],
  ])("in phase %s those that make no sense are disabled", async (phase, expected) => {
    await become({ phase, can_train: true });
    const names = ["Run", "Stop", "Reset", "Train"];
    expect(names.filter(disabled)).toEqual(expected);
    for (const name of names) await widget.click(widget.button(name));
    const enabled = names.filter((name) => !expected.includes(name));
    expect(actions()).toEqual(enabled.map((name) => name.toLowerCase()));
  });

  it("Train without data says what is missing, where the keyboard reaches it", async () => {
    await become({ can_train: false, train_hint: "Call set_training first." });
    const train = widget.button("Train");
    const hint = document.getElementById(train.getAttribute("aria-describedby") ?? "");
    expect(hint?.textContent).toBe("Call set_training first.");
    expect(train.hasAttribute("disabled")).toBe(false);
  });
});

describe("progress", () => {
  const BAR = "[role=progressbar]";

  it("is a number while it is known", async () => {
    await become({ phase: "running", steps: 250, total_steps: 1000, message: "step 250" });
    expect(widget.find(BAR).getAttribute("aria-valuenow")).toBe("25");
    expect(widget.find(BAR).getAttribute("aria-valuetext")).toBe("step 250");
    expect((widget.find(".ne-progress-bar") as HTMLElement).style.width).toBe("25%");
  });

  it("has no number while building, or for a run without steps", async () => {
    await become({ phase: "building", steps: 5, total_steps: 10 });
    expect(widget.find(BAR).hasAttribute("aria-valuenow")).toBe(false);
    await become({ phase: "running", steps: 0, total_steps: 0 });
    expect(widget.find(BAR).hasAttribute("aria-valuenow")).toBe(false);
  });

  it("never passes the end", async () => {
    await become({ phase: "running", steps: 1200, total_steps: 1000 });
    expect(widget.find(BAR).getAttribute("aria-valuenow")).toBe("100");
  });

  it("the clock shows time and steps", async () => {
    await become({ time: 1.5, n_steps: 1500 });
    expect(widget.find(".ne-clock").textContent).toBe("t = 1.500 s, 1,500 steps");
  });

  it("phases are read out, steps are not", async () => {
    const said = () => widget.all("[aria-live=polite]").map((element) => element.textContent);
    await become({ phase: "running", message: "Running", steps: 1, total_steps: 9 });
    expect(said()).toEqual(["Running"]);
    await become({ phase: "running", message: "step 5", steps: 5, total_steps: 9 });
    expect(said()).toEqual(["Running"]);
    await become({ phase: "ready", message: "Run finished" });
    expect(said()).toEqual(["Run finished"]);
  });
});
