import { beforeEach, describe, expect, it, vi } from "vitest";
import { TraitWriter, WRITE_DELAY_MS } from "../src/sync";
import { FakeModel } from "./fake_model";

function setUp() {
  const model = new FakeModel({ run_time: 1 });
  const owner = new AbortController();
  const writer = new TraitWriter(model, owner.signal);
  const foreign = vi.fn();
  writer.onForeignChange("run_time", foreign);
  return { model, owner, writer, foreign };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe("a write", () => {
  it("waits until writing has paused, and sends the last value only", () => {
    const { model, writer } = setUp();
    for (const value of [2, 3, 4]) {
      writer.write("run_time", value);
      vi.advanceTimersByTime(WRITE_DELAY_MS - 1);
    }
    expect(model.saved).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(model.saved).toEqual([{ run_time: 4 }]);
  });

  it("of two traits goes out as one message", () => {
    const { model, writer } = setUp();
    writer.write("run_time", 2);
    writer.write("appearance", { theme: "dark", width: 400 });
    vi.advanceTimersByTime(WRITE_DELAY_MS);
    expect(model.saved).toEqual([{ run_time: 2, appearance: { theme: "dark", width: 400 } }]);
  });

  it("goes out at once when flushed, and not a second time", () => {
    const { model, writer } = setUp();
    writer.write("run_time", 2);
    writer.flush();
    writer.flush();
    vi.advanceTimersByTime(2 * WRITE_DELAY_MS);
    expect(model.saved).toEqual([{ run_time: 2 }]);
  });

  it("is not lost when the view closes, and none is taken afterwards", () => {
    const { model, owner, writer } = setUp();
    writer.write("run_time", 2);
    owner.abort();
    writer.write("run_time", 3);
    vi.advanceTimersByTime(2 * WRITE_DELAY_MS);
    expect(model.saved).toEqual([{ run_time: 2 }]);
  });
});

describe("an echo", () => {
  it("of one's own write is not heard", () => {
    const { model, writer, foreign } = setUp();
    writer.write("run_time", 2);
    writer.flush();
    model.receiveTrait("run_time", 2);
    expect(foreign).not.toHaveBeenCalled();
  });

  it("of an older value is not heard while a newer one waits", () => {
    const { model, writer, foreign } = setUp();
    writer.write("run_time", 2);
    writer.flush();
    writer.write("run_time", 3);
    model.receiveTrait("run_time", 2);
    expect(foreign).not.toHaveBeenCalled();
  });
});

describe("a change from elsewhere", () => {
  it("is heard", () => {
    const { model, foreign } = setUp();
    model.receiveTrait("run_time", 5);
    expect(foreign).toHaveBeenCalledTimes(1);
  });

  it("is heard also when it goes back to what this view once wrote", () => {
    const { model, writer, foreign } = setUp();
    writer.write("run_time", 2);
    writer.flush();
    model.receiveTrait("run_time", 5);
    model.receiveTrait("run_time", 2);
    expect(foreign).toHaveBeenCalledTimes(2);
  });

  it("is not heard once the view is closed", () => {
    const { model, owner, foreign } = setUp();
    owner.abort();
    model.receiveTrait("run_time", 5);
    expect(foreign).not.toHaveBeenCalled();
  });
});
