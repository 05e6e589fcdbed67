// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { REPLY_NOTICE_MS } from "../src/commands";
import type { Status } from "../src/model";
import { FakeModel } from "./fake_model";
import { layOut, type Mounted, mount } from "./mount";
import { ROWS, STATUS, sampleTraits } from "./sample";

let widget: Mounted;

beforeEach(async () => {
  vi.useFakeTimers();
  layOut(900, 440);
  widget = await mount();
});

afterEach(() => {
  widget.close();
  vi.useRealTimers();
  delete document.body.dataset.jpThemeLight;
});

function become(changes: Partial<Status>): Promise<void> {
  return widget.after(() => widget.model.receiveTrait("status", { ...STATUS, ...changes }));
}

describe("an error in a run", () => {
  it("is an alert with its type, its text and its traceback, all as text", async () => {
    const error = { type: "ValueError", text: "bad <i>input</i>", traceback: "line 1\nline 2" };
    await become({ phase: "error", error });
    const alert = widget.find("[role=alert]");
    expect(alert.textContent).toContain("ValueError: bad <i>input</i>");
    expect(alert.querySelector("pre")?.textContent).toBe("line 1\nline 2");
    expect(alert.querySelector("i")).toBeNull();
  });

  it("goes when the next run works", async () => {
    await become({ phase: "error", error: { type: "E", text: "t", traceback: "" } });
    await become({ phase: "ready" });
    expect(widget.find("[role=alert]").textContent).toBe("");
  });
});

describe("an edited network", () => {
  it("asks for Refresh", async () => {
    await become({ structure_changed: true });
    await widget.click(widget.button("Refresh"));
    expect(widget.model.lastSent("refresh")).toEqual({ id: expect.any(Number), action: "refresh" });
  });
});

describe("the kernel", () => {
  it("that is silent for two seconds is said to be busy, until it answers", async () => {
    await widget.click(widget.row(ROWS.bias));
    await widget.after(() => vi.advanceTimersByTime(REPLY_NOTICE_MS));
    const notices = widget.find(".ne-notices");
    expect(notices.textContent).toContain("Waiting for the kernel");
    await widget.after(() => {
      for (const sent of [...widget.model.sent]) widget.model.refuse(sent, "E", "t");
    });
    expect(notices.textContent).not.toContain("Waiting for the kernel");
  });

  it("that has never answered may be none at all", async () => {
    const silent = new FakeModel(sampleTraits());
    silent.answer = () => {};
    const restored = await mount({}, silent);
    await restored.after(() => vi.advanceTimersByTime(REPLY_NOTICE_MS));
    expect(restored.find(".ne-notices").textContent).toContain("there is none");
    restored.close();
  });

  it("that was shut down is said to be lost when something is asked of it", async () => {
    widget.model.sendFault = new Error("Kernel is dead");
    await widget.click(widget.button("Run"));
    const notices = widget.find(".ne-notices");
    expect(notices.textContent).toContain("connection to the kernel was lost");
    expect(notices.textContent).not.toContain("refused");
  });

  it("that is lost is said to be lost, until something arrives from it", async () => {
    await widget.after(() => widget.model.emit("comm:close"));
    const notices = widget.find(".ne-notices");
    expect(notices.textContent).toContain("connection to the kernel was lost");
    await become({});
    expect(notices.textContent).not.toContain("connection to the kernel was lost");
  });
});

describe("the host's theme", () => {
  function theme(): string | undefined {
    return widget.find(".nengo-explorer").dataset.theme;
  }

  it("is followed, and told to Python for the figures", async () => {
    for (const [light, expected] of [
      ["false", "dark"],
      ["true", "light"],
    ] as const) {
      await widget.after(() => {
        document.body.dataset.jpThemeLight = light;
      });
      await widget.after(() => vi.advanceTimersByTime(400));
      expect(theme()).toBe(expected);
      expect(widget.model.saved.at(-1)).toMatchObject({ appearance: { theme: expected } });
    }
  });

  it("comes with the width for which figures are drawn, in steps", async () => {
    layOut(433, 440);
    const narrow = await mount();
    await narrow.after(() => vi.advanceTimersByTime(400));
    expect(narrow.model.saved.at(-1)).toMatchObject({ appearance: { width: 420 } });
    narrow.close();
  });
});

describe("the host's shortcuts", () => {
  it.each([
    ["a", {}, 0],
    ["Enter", {}, 0],
    ["Escape", {}, 0],
    ["A", { shiftKey: true }, 0],
    ["s", { ctrlKey: true }, 1],
    ["s", { metaKey: true }, 1],
    ["Enter", { shiftKey: true }, 1],
  ])("of key %j with %j are heard %i times from a button", async (key, held, times) => {
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    await widget.after(() => widget.button("Reset").focus());
    await widget.press(key, held);
    document.body.removeEventListener("keydown", heard);
    expect(heard).toHaveBeenCalledTimes(times);
  });

  it("find a mark on the focused element before they are matched, for plain keys only", async () => {
    const button = widget.button("Reset");
    const marks: boolean[] = [];
    const look = () => marks.push(button.hasAttribute("data-lm-suppress-shortcuts"));
    document.addEventListener("keydown", look, { capture: true });
    await widget.after(() => button.focus());
    await widget.press("b");
    await widget.press("s", { ctrlKey: true });
    await widget.press("Enter");
    document.removeEventListener("keydown", look, { capture: true });
    expect(marks).toEqual([true, false, true]);
  });

  it("are asked to leave the widget alone", () => {
    expect(widget.find(".nengo-explorer").dataset.lmSuppressShortcuts).toBe("true");
  });
});

it("two widgets, each with a script of its own, share no id", async () => {
  const others: Mounted[] = [];
  for (let i = 0; i < 2; i++) {
    vi.resetModules();
    const { mount: mountWithNewScript } = await import("./mount");
    others.push(await mountWithNewScript());
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  expect(ids.length).toBeGreaterThan(10);
  expect(new Set(ids).size).toBe(ids.length);
  for (const other of others) other.close();
});

it("a widget without rows yet says that it is reading them", async () => {
  const empty = await mount({ structure: {} as never, row_state: {} as never });
  expect(empty.host.textContent).toContain("Reading the network");
  expect(empty.all("[role=treegrid]")).toEqual([]);
  empty.close();
});
