/** Draws the whole widget into a document, on a fake model. */
import { act } from "preact/test-utils";
import { vi } from "vitest";
import widget from "../src/index";
import type { ExplorerTraits } from "../src/model";
import { FakeModel } from "./fake_model";
import { sampleTraits } from "./sample";

export interface Mounted {
  model: FakeModel;
  host: HTMLElement;
  /** The one element that matches, or an error. */
  find(selector: string): HTMLElement;
  all(selector: string): HTMLElement[];
  button(name: string): HTMLElement;
  /** The row of the tree with an index in the structure. */
  row(row: number): HTMLElement;
  click(element: HTMLElement): Promise<void>;
  press(key: string, held?: KeyboardEventInit): Promise<void>;
  type(field: HTMLElement, text: string): Promise<void>;
  /** Let something happen, and all that follows from it within 0.1 s or the given time. */
  after(happens: () => void, milliseconds?: number): Promise<void>;
  close(): void;
}

/** Width and height of every element: the test document has no layout. */
export function layOut(width: number, height: number): void {
  const sizes = { clientWidth: width, clientHeight: height };
  for (const [name, value] of Object.entries(sizes)) {
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => value });
  }
}

/** Effects run at the end of an act, so the timers they start need acts of their own. */
async function happen(happens: () => void, milliseconds = 100): Promise<void> {
  await act(async () => happens());
  await act(async () => {
    await vi.advanceTimersByTimeAsync(milliseconds);
  });
  await act(async () => {
    await vi.advanceTimersByTimeAsync(0);
  });
}

function fire(target: Element, event: Event): void {
  target.dispatchEvent(event);
}

function nameOf(element: Element): string {
  return element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "";
}

/** Needs fake timers. */
export async function mount(
  traits: Partial<ExplorerTraits> = {},
  model = new FakeModel(sampleTraits(traits)),
): Promise<Mounted> {
  const host = document.createElement("div");
  document.body.append(host);
  let close = () => {};
  await happen(() => {
    const initialized = widget.initialize({ model });
    const rendered = widget.render({ model, el: host });
    close = () => {
      rendered();
      initialized();
      host.remove();
    };
  });
  // Every view begins with this question; tests are about what comes after it.
  for (const asked of model.sent.filter((sent) => sent.action === "catch_up")) model.answer(asked);
  model.sent.splice(0, model.sent.length, ...model.sent.filter((s) => s.action !== "catch_up"));
  const all = (selector: string) => [...host.querySelectorAll<HTMLElement>(selector)];
  const one = (found: HTMLElement[], what: string) => {
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} elements match ${what}`);
    return found[0];
  };
  return {
    model,
    host,
    all,
    find: (selector) => one(all(selector), selector),
    button: (name) =>
      one(
        all("button").filter((button) => nameOf(button) === name),
        `button ${name}`,
      ),
    row: (row) => one(all(`[role=row][data-row="${row}"]`), `row ${row}`),
    click: (element) => happen(() => element.click()),
    press: (key, held = {}) =>
      happen(() => {
        const target = document.activeElement ?? document.body;
        fire(
          target,
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }),
        );
      }),
    type: (field, text) =>
      happen(() => {
        (field as HTMLInputElement).value = text;
        fire(field, new Event("input", { bubbles: true }));
      }),
    after: happen,
    close: () => close(),
  };
}
