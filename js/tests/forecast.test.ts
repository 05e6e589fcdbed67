// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Forecast } from "../src/actions/simulation";
import { FORECAST_DELAY_MS } from "../src/panes/forecast";
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

const asked = () => widget.model.sent.filter(({ action }) => action === "forecast");
const pause = () => widget.after(() => vi.advanceTimersByTime(FORECAST_DELAY_MS));
const typed = (text: string) => widget.type(widget.find("input[inputmode=decimal]"), text);

function answer(changes: Partial<Forecast>): Promise<void> {
  const forecast: Forecast = { level: "small", text: "", advice: "", ...changes };
  return widget.after(() => widget.model.answer(widget.model.lastSent("forecast"), forecast));
}

it("is asked for once typing has paused", async () => {
  await pause();
  const before = asked().length;
  for (const text of ["1", "10", "100"]) await typed(text);
  expect(asked()).toHaveLength(before);
  await pause();
  expect(asked()).toHaveLength(before + 1);
  expect(widget.model.lastSent("forecast").seconds).toBe(100);
});

it("is not asked for while there is no run time, or something runs", async () => {
  await pause();
  const before = asked().length;
  await typed("x");
  await pause();
  const running = { ...STATUS, phase: "running" as const };
  await widget.after(() => widget.model.receiveTrait("status", running));
  await typed("5");
  await pause();
  expect(asked()).toHaveLength(before);
});

it("says what a large run takes, and warns of one that is too large", async () => {
  await pause();
  await answer({});
  expect(widget.find(".ne-memory").textContent).toBe("");
  await typed("1000");
  await pause();
  await answer({ level: "notable", text: "It needs 2 GB." });
  expect(widget.find(".ne-memory").textContent).toBe("It needs 2 GB.");
  await typed("1e6");
  await pause();
  await answer({ level: "too_large", text: "It needs 2 TB.", advice: "Run for less." });
  const said = widget.find(".ne-memory");
  expect(said.textContent).toContain("will not fit in memory");
  expect(said.textContent).toContain("It needs 2 TB.");
  expect(said.textContent).toContain("Run for less.");
  expect(said.getAttribute("role")).toBe("status");
});

it("that cannot be had is not a problem of the user's", async () => {
  await pause();
  await widget.after(() =>
    widget.model.refuse(widget.model.lastSent("forecast"), "RuntimeError", "changing"),
  );
  expect(widget.find("[role=alert]").textContent).toBe("");
  expect(widget.find(".ne-memory").textContent).toBe("");
});
