// @vitest-environment happy-dom
import { afterEach, expect, it } from "vitest";
import { focusedNear, parentOf } from "../src/page_tree";
import { currentTheme } from "../src/theme";

/** A widget as some hosts show it: in a shadow tree. */
function inShadow(background: string): { host: HTMLElement; widget: HTMLElement } {
  const host = document.createElement("div");
  host.style.backgroundColor = background;
  const widget = document.createElement("div");
  widget.innerHTML = "<button>one</button><button>two</button>";
  host.attachShadow({ mode: "open" }).append(widget);
  document.body.append(host);
  return { host, widget };
}

afterEach(() => {
  document.body.replaceChildren();
});

it("the focused element is found inside of a shadow tree", () => {
  const { widget } = inShadow("white");
  const second = widget.querySelectorAll("button")[1] as HTMLButtonElement;
  second.focus();
  expect(focusedNear(widget)).toBe(second);
});

it("the focused element of a page is found, and none near an element that is on no page", () => {
  const button = document.createElement("button");
  expect(focusedNear(button)).toBeNull();
  document.body.append(button);
  button.focus();
  expect(focusedNear(button)).toBe(button);
});

it("the element that holds a shadow tree is the parent of what is outermost in it", () => {
  const { host, widget } = inShadow("white");
  expect(parentOf(widget)).toBe(host);
  expect(parentOf(document.documentElement)).toBeNull();
});

it.each([
  ["rgb(20, 20, 20)", "dark"],
  ["rgb(250, 250, 250)", "light"],
])("a page with background %s around a shadow tree is %s", (background, theme) => {
  expect(currentTheme(inShadow(background).widget)).toBe(theme);
});
