// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileName } from "../src/controls/files";
import { layOut, type Mounted, mount } from "./mount";

let widget: Mounted;

beforeEach(async () => {
  vi.useFakeTimers();
  layOut(900, 440);
  widget = await mount();
});

afterEach(() => {
  widget.close();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

function edits(undo: string, redo = ""): Promise<void> {
  const value = { undo, redo, apply_automatically: false };
  return widget.after(() => widget.model.receiveTrait("edits", value));
}

function count(action: string): number {
  return widget.model.sent.filter((sent) => sent.action === action).length;
}

async function answer(action: string, value: unknown): Promise<void> {
  await widget.after(() => widget.model.answer(widget.model.lastSent(action), value));
}

const message = () => widget.find(".ne-bar-message").textContent;

describe("undo and redo", () => {
  it("are not possible while there is nothing, and keep their place", async () => {
    const undo = widget.button("Undo");
    expect(undo.getAttribute("aria-disabled")).toBe("true");
    expect(undo.hasAttribute("disabled")).toBe(false);
    await widget.click(undo);
    expect(count("undo")).toBe(0);
  });

  it("say what they would do, and what they did", async () => {
    await edits("a: Trainable");
    expect(widget.button("Undo").title).toBe("Undo: a: Trainable (Ctrl+Z)");
    await widget.click(widget.button("Undo"));
    await answer("undo", "a: Trainable");
    expect(message()).toBe("Undone: a: Trainable");
    await widget.after(() => {}, 4100);
    expect(message()).toBe("");
  });

  it("are there for the keyboard, inside of the widget", async () => {
    await edits("a: Trainable", "b: Trainable");
    widget.button("Expand all").focus();
    await widget.press("z", { ctrlKey: true });
    await widget.press("Z", { ctrlKey: true, shiftKey: true });
    await widget.press("y", { ctrlKey: true });
    await widget.press("z", { metaKey: true });
    expect([count("undo"), count("redo")]).toEqual([2, 2]);
  });

  it("leave their keys to the host elsewhere, and to fields in them", async () => {
    await edits("a: Trainable");
    let reached = 0;
    const owner = new AbortController();
    document.body.addEventListener("keydown", () => reached++, { signal: owner.signal });
    widget.find("input[type=search]").focus();
    await widget.press("z", { ctrlKey: true });
    expect([count("undo"), reached]).toEqual([0, 1]);
    widget.button("Expand all").focus();
    await widget.press("z", { ctrlKey: true });
    expect([count("undo"), reached]).toEqual([1, 1]);
    owner.abort();
  });

  it("say why, if they are refused", async () => {
    await edits("Precision");
    await widget.click(widget.button("Undo"));
    const busy = "A run is going on.";
    await widget.after(() => widget.model.refuse(widget.model.lastSent("undo"), "BusyError", busy));
    expect(widget.find("[role=alert]").textContent).toContain(busy);
  });
});

describe("the code", () => {
  it("is asked for when it is opened, and again after every change", async () => {
    expect(count("code")).toBe(0);
    await widget.click(widget.button("Code"));
    expect(widget.button("Code").getAttribute("aria-expanded")).toBe("true");
    await answer("code", "with net: <b>1</b>");
    const code = widget.find("[aria-label='All settings in Python']");
    expect(code.textContent).toBe("with net: <b>1</b>");
    const globals = { ...widget.model.get("globals") };
    await widget.after(() => widget.model.receiveTrait("globals", globals));
    expect(count("code")).toBe(2);
    await widget.click(widget.button("Code"));
    await widget.after(() => widget.model.receiveTrait("globals", { ...globals }));
    expect(count("code")).toBe(2);
  });
});

describe("files", () => {
  function watchDownloads(): { name: string; text: Promise<string> }[] {
    const downloads: { name: string; text: Promise<string> }[] = [];
    let blob: Blob | null = null;
    vi.spyOn(URL, "createObjectURL").mockImplementation((made) => {
      blob = made as Blob;
      return "blob:made";
    });
    vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => {});
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (
      this: HTMLAnchorElement,
    ) {
      downloads.push({ name: this.download, text: (blob as Blob).text() });
    });
    return downloads;
  }

  it("are offered for download with what Python answered", async () => {
    const downloads = watchDownloads();
    await widget.click(widget.button("Save"));
    expect(widget.model.lastSent("file").kind).toBe("settings");
    await answer("file", '{"version": 1}');
    await widget.click(widget.button("Page"));
    expect(widget.model.lastSent("file").kind).toBe("page");
    await answer("file", "<!DOCTYPE html>");
    expect(downloads.map(({ name }) => name)).toEqual([
      "digits-settings.json",
      "digits-explorer.html",
    ]);
    expect(await downloads[0]?.text).toBe('{"version": 1}');
    expect(await downloads[1]?.text).toBe("<!DOCTYPE html>");
    expect(message()).toBe("Page saved");
  });

  async function choose(text: string): Promise<void> {
    const field = widget.find("input[type=file]") as HTMLInputElement;
    const file = new File([text], "settings.json");
    Object.defineProperty(field, "files", { configurable: true, value: [file] });
    await widget.after(() => field.dispatchEvent(new Event("change", { bubbles: true })));
  }

  it("are sent to Python when they are chosen", async () => {
    await choose('{"format": "x"}');
    expect(widget.model.lastSent("load_settings").text).toBe('{"format": "x"}');
    await answer("load_settings", 3);
    expect(message()).toBe("3 settings changed");
  });

  it("that do not fit are refused with Python's words", async () => {
    await choose("{");
    const sent = widget.model.lastSent("load_settings");
    await widget.after(() => widget.model.refuse(sent, "ValidationError", "this is no JSON"));
    expect(widget.find("[role=alert]").textContent).toContain("this is no JSON");
    expect(message()).toBe("");
  });

  it("have names that every system takes", () => {
    expect(fileName("My net/../v2", "x")).toBe("My-net-v2-x");
    expect(fileName("<>", "x")).toBe("network-x");
    expect(fileName("\u05e8\u05e9\u05ea", "x")).toBe("\u05e8\u05e9\u05ea-x");
    expect(fileName("a".repeat(300), "x")).toHaveLength(62);
  });
});

describe("applying automatically", () => {
  it("is a choice that Python keeps", async () => {
    const box = widget.find(".ne-automatic input") as HTMLInputElement;
    expect(box.checked).toBe(false);
    await widget.click(box);
    expect(widget.model.lastSent("apply_automatically").on).toBe(true);
    const value = { undo: "", redo: "", apply_automatically: true };
    await widget.after(() => widget.model.receiveTrait("edits", value));
    expect(box.checked).toBe(true);
  });
});
