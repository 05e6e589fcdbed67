import { beforeEach, describe, expect, it, vi } from "vitest";
import { Commands, REPLY_NOTICE_MS } from "../src/commands";
import type { ActionName } from "../src/messages";
import { FakeModel } from "./fake_model";

function setUp() {
  const model = new FakeModel();
  const owner = new AbortController();
  const late: ActionName[][] = [];
  const commands = new Commands(model, owner.signal, (actions) => late.push(actions));
  return { model, owner, late, commands };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe("a command", () => {
  it("is sent with its name, its arguments and an id of its own", () => {
    const { model, commands } = setUp();
    void commands.send("set_rule", { row: 4, option: "trainable", setting: "off" });
    void commands.send("stop", {});
    const [first, second] = model.sent;
    expect(first).toEqual({
      id: expect.any(Number),
      action: "set_rule",
      row: 4,
      option: "trainable",
      setting: "off",
    });
    expect(second?.id).not.toBe(first?.id);
  });

  it("resolves with the value of its own reply", async () => {
    const { model, commands } = setUp();
    const answers = [commands.send("explain", { row: 1 }), commands.send("explain", { row: 2 })];
    const [first, second] = model.sent;
    if (second) model.answer(second, "of 2");
    if (first) model.answer(first, "of 1");
    expect(await Promise.all(answers)).toEqual(["of 1", "of 2"]);
  });

  it("resolves with null when the reply has no value", async () => {
    const { model, commands } = setUp();
    const done = commands.send("stop", {});
    model.receiveMessage({ reply: model.lastSent("stop").id, ok: true });
    expect(await done).toBeNull();
  });

  it("fails with Python's words when it is refused", async () => {
    const { model, commands } = setUp();
    const done = commands.send("set_global", { option: "dtype", value: "int8" });
    model.refuse(model.lastSent("set_global"), "ValueError", "dtype must be float32 or float64");
    await expect(done).rejects.toMatchObject({
      action: "set_global",
      cause_type: "ValueError",
      message: "dtype must be float32 or float64",
    });
  });

  it("fails when a refusal gives no reason", async () => {
    const { model, commands } = setUp();
    const done = commands.send("run", { seconds: 1 });
    model.receiveMessage({ reply: model.lastSent("run").id, ok: false });
    await expect(done).rejects.toThrow("Python gave no reason.");
  });

  it("fails when the message cannot be sent, and is not waited for", async () => {
    const { model, late, commands } = setUp();
    model.sendFault = new Error("comm is closed");
    await expect(commands.send("run", { seconds: 1 })).rejects.toThrow("comm is closed");
    vi.advanceTimersByTime(2 * REPLY_NOTICE_MS);
    expect(late).toEqual([]);
  });

  it("does not take another widget's or view's reply, or other messages, for its own", async () => {
    const { model, commands } = setUp();
    const settled = vi.fn();
    void commands.send("run", { seconds: 1 }).then(settled, settled);
    const { id } = model.lastSent("run");
    model.receiveMessage({ reply: id + 1, ok: true });
    for (const noise of [null, "text", { event: "patch", version: 1 }, { reply: String(id) }]) {
      model.receiveMessage(noise);
    }
    await vi.advanceTimersByTimeAsync(0);
    expect(settled).not.toHaveBeenCalled();
  });

  it("counts from a different number in each view", () => {
    const ids = Array.from({ length: 5 }, () => {
      const { model, commands } = setUp();
      void commands.send("stop", {});
      return model.lastSent("stop").id;
    });
    expect(new Set(ids).size).toBe(5);
  });
});

describe("a late reply", () => {
  it("is reported once it is due, and taken back when it arrives", async () => {
    const { model, late, commands } = setUp();
    const done = commands.send("run", { seconds: 1 });
    vi.advanceTimersByTime(REPLY_NOTICE_MS - 1);
    expect(late).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(late).toEqual([["run"]]);
    model.answer(model.lastSent("run"), null);
    expect(late).toEqual([["run"], []]);
    await done;
  });

  it("is not reported for a command that was answered in time", async () => {
    const { model, late, commands } = setUp();
    const done = commands.send("run", { seconds: 1 });
    model.answer(model.lastSent("run"));
    await done;
    vi.advanceTimersByTime(2 * REPLY_NOTICE_MS);
    expect(late).toEqual([]);
  });
});

describe("a closed view", () => {
  it("stops listening and waiting", () => {
    const { model, owner, late, commands } = setUp();
    void commands.send("run", { seconds: 1 });
    owner.abort();
    expect(model.listenerCount).toBe(0);
    vi.advanceTimersByTime(2 * REPLY_NOTICE_MS);
    expect(late).toEqual([]);
  });

  it("sends nothing more", async () => {
    const { model, owner, commands } = setUp();
    owner.abort();
    await expect(commands.send("run", { seconds: 1 })).rejects.toThrow("closed");
    expect(model.sent).toEqual([]);
  });
});
