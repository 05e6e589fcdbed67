// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ExplorerTraits } from "../src/model";
import { layOut, type Mounted, mount } from "./mount";
import { CATALOGUE, optionEntry, optionValue } from "./sample";

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

function field(label: string): HTMLInputElement | HTMLSelectElement {
  const found = widget.all("label").find((element) => element.textContent === label);
  return document.getElementById(found?.getAttribute("for") ?? "") as HTMLInputElement;
}

function become(changes: ExplorerTraits["globals"]): Promise<void> {
  const globals = { ...widget.model.get("globals"), ...changes };
  return widget.after(() => widget.model.receiveTrait("globals", globals));
}

function actions(): string[] {
  return widget.model.actions;
}

const PENDING = "[role=group][aria-label='Pending changes']";

describe("controls", () => {
  it("come from the catalogue alone, advanced ones apart", () => {
    const labels = (selector: string) => widget.all(selector).map((label) => label.textContent);
    expect(labels(".ne-option label")).toEqual(CATALOGUE.map((entry) => entry.label));
    expect(labels("details .ne-option label")).toEqual(["planner"]);
    expect((widget.find("details.ne-advanced") as HTMLDetailsElement).open).toBe(false);
  });

  it("a choice is sent by its key", async () => {
    await widget.after(() => {
      field("dtype").value = "float64";
      field("dtype").dispatchEvent(new Event("change", { bubbles: true }));
    });
    expect(widget.model.lastSent("set_global")).toMatchObject({
      option: "dtype",
      value: "float64",
    });
  });

  it("a value that is none of the choices is shown by its name", async () => {
    await become({ dtype: optionValue("custom", { label: "a function of yours" }) });
    expect(
      [...field("dtype").querySelectorAll("option")].map((option) => option.textContent),
    ).toEqual(["a function of yours", "32 bit", "64 bit"]);
  });

  it("any of several choices are boxes to tick, and are sent together", async () => {
    const choices = ["a", "b", "c"].map((key) => ({ key, label: `remove ${key}` }));
    const entry = optionEntry("simplifications", { choices, multiple: true });
    await widget.after(() => {
      widget.model.receiveTrait("catalogue", [...CATALOGUE, entry]);
    });
    await become({ simplifications: optionValue("c") });
    const group = widget.find(".ne-choices[role=group]");
    expect(document.getElementById(group.getAttribute("aria-labelledby") ?? "")?.textContent).toBe(
      "simplifications",
    );
    const boxes = () => widget.all(".ne-choices input") as HTMLInputElement[];
    expect(boxes().map((box) => box.checked)).toEqual([false, false, true]);
    await widget.click(boxes()[0] as HTMLElement);
    expect(widget.model.lastSent("set_global").value).toBe("a,c");
    // Python has not answered yet: what was ticked stays so, and counts for the next tick.
    await become({ dtype: optionValue("float64") });
    expect(boxes().map((box) => box.checked)).toEqual([true, false, true]);
    await widget.click(boxes()[2] as HTMLElement);
    expect(widget.model.lastSent("set_global").value).toBe("a");
    await widget.after(() => {
      for (const sent of widget.model.sent) widget.model.refuse(sent, "BusyError", "not now");
    });
    expect(boxes().map((box) => box.checked)).toEqual([false, false, true]);
    await become({ simplifications: optionValue("custom", { disabled_reason: "Set in code." }) });
    expect(boxes().every((box) => box.disabled && !box.checked)).toBe(true);
  });

  it("free text is sent when it is complete, not letter by letter", async () => {
    const smoothing = field("lif_smoothing".replace("_", " "));
    await widget.type(smoothing, "0.");
    await widget.type(smoothing, "0.1 ");
    expect(actions()).toEqual([]);
    await widget.after(() => smoothing.focus());
    await widget.press("Enter");
    expect(widget.model.lastSent("set_global")).toMatchObject({
      option: "lif_smoothing",
      value: "0.1",
    });
  });

  it("free text is sent when the field is left, and only if it changed", async () => {
    const smoothing = field("lif smoothing");
    await widget.after(() => smoothing.focus());
    await widget.after(() => smoothing.blur());
    expect(actions()).toEqual([]);
    await widget.after(() => smoothing.focus());
    await widget.type(smoothing, "0.2");
    await widget.after(() => smoothing.blur());
    expect(actions()).toEqual(["set_global"]);
  });

  it("a refused text is not sent again by leaving the field, but by Enter", async () => {
    const smoothing = field("lif smoothing");
    await widget.after(() => smoothing.focus());
    await widget.type(smoothing, "a lot");
    await widget.press("Enter");
    const refused = widget.model.lastSent("set_global");
    await widget.after(() => widget.model.refuse(refused, "ValidationError", "not possible"));
    await widget.after(() => smoothing.blur());
    expect(actions()).toEqual(["set_global"]);
    expect(smoothing.value).toBe("a lot");
    await widget.after(() => smoothing.focus());
    await widget.press("Enter");
    expect(actions()).toEqual(["set_global", "set_global"]);
  });

  it("Escape takes the text back", async () => {
    const smoothing = field("lif smoothing");
    await widget.after(() => smoothing.focus());
    await widget.type(smoothing, "0.2");
    await widget.press("Escape");
    await widget.after(() => smoothing.blur());
    expect(actions()).toEqual([]);
    expect(smoothing.value).toBe("");
  });

  it("a control that is disabled says why", async () => {
    const reason = "Fixed by the instructor.";
    await become({ dtype: optionValue("float32", { disabled_reason: reason }) });
    expect(field("dtype").disabled).toBe(true);
    const described = field("dtype").getAttribute("aria-describedby")?.split(" ") ?? [];
    const texts = described.map((id) => document.getElementById(id)?.textContent);
    expect(texts.join(" ")).toContain(reason);
  });

  it("help opens in place", async () => {
    const help = widget.button("Help on dtype");
    const panel = document.getElementById(help.getAttribute("aria-controls") ?? "");
    expect(panel?.hidden).toBe(true);
    await widget.click(help);
    expect(help.getAttribute("aria-expanded")).toBe("true");
    expect(panel?.hidden).toBe(false);
    expect(panel?.textContent).toContain("After a change: The simulator is rebuilt.");
  });
});

describe("pending changes", () => {
  const PENDING_DTYPE = optionValue("float32", {
    label: "32 bit",
    pending: "float64",
    pending_label: "64 bit",
  });

  it("nothing is offered while nothing is pending", () => {
    expect(widget.all(PENDING)).toEqual([]);
  });

  it("say from what to what, and what it costs", async () => {
    await become({ dtype: PENDING_DTYPE });
    const text = widget.find(PENDING).textContent;
    expect(text).toContain("1 change pending");
    expect(text).toContain("dtype: 32 bit \u2192 64 bit");
    expect(text).toContain("The simulator is rebuilt.");
  });

  it("the control shows what is wanted, and beside it what is in force", async () => {
    await become({ dtype: PENDING_DTYPE });
    expect(field("dtype").value).toBe("float64");
    expect(widget.find(".ne-option-change").textContent).toBe("pending; in force: 32 bit");
  });

  it.each(["Apply", "Discard"])("%s is one command", async (name) => {
    await become({ dtype: PENDING_DTYPE });
    await widget.click(widget.button(name));
    expect(actions()).toEqual([name.toLowerCase()]);
  });

  it("under Advanced are counted where they cannot be seen", async () => {
    await become({ planner: optionValue("tree", { pending: "noop", pending_label: "None" }) });
    expect(widget.find("details summary").textContent).toContain("1 pending");
  });

  it("go away when Python says so", async () => {
    await become({ dtype: PENDING_DTYPE });
    await become({ dtype: optionValue("float64") });
    expect(widget.all(PENDING)).toEqual([]);
    expect(field("dtype").value).toBe("float64");
  });
});
