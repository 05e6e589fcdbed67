// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { currentTheme, watchTheme } from "../src/theme";

let owner: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  owner = new AbortController();
});

afterEach(() => {
  owner.abort();
  vi.useRealTimers();
  document.body.removeAttribute("style");
  document.body.removeAttribute("class");
});

it("a host that fades from one theme to the other is followed once it has faded", async () => {
  const host = document.createElement("div");
  document.body.append(host);
  document.body.style.backgroundColor = "rgb(255, 255, 255)";
  const themes: string[] = [];
  watchTheme(host, (theme) => themes.push(theme), owner.signal);
  // The class says that the theme is another one, and the colour follows.
  document.body.classList.add("dark");
  await vi.advanceTimersByTimeAsync(10);
  host.style.backgroundColor = "rgb(20, 20, 20)";
  expect(themes).toEqual(["light"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(themes).toEqual(["light", "dark"]);
});

it.each([
  ["rgb(250, 250, 250)", "light"],
  ["rgb(24, 28, 26)", "dark"],
  ["color(srgb 1 1 1)", "light"],
  ["color(srgb 0.094 0.11 0.102)", "dark"],
  ["color(display-p3 0.98 0.98 0.98 / 0.9)", "light"],
  ["oklch(0.98 0.01 250)", "light"],
  ["oklab(0.2 1e-5 0)", "dark"],
  ["lab(96 0 0)", "light"],
  ["lch(12 0 0)", "dark"],
])("the colour %s is %s", (backgroundColor, theme) => {
  vi.stubGlobal("getComputedStyle", () => ({ backgroundColor }));
  expect(currentTheme(document.createElement("div"))).toBe(theme);
  vi.unstubAllGlobals();
});

it.each(["rgba(0, 0, 0, 0)", "color(srgb 0 0 0 / 0)", "oklch(0 0 0 / 0.1)"])(
  "what is behind the colour %s decides",
  (backgroundColor) => {
    const inner = document.createElement("div");
    const outer = document.createElement("div");
    outer.append(inner);
    const colours = new Map([
      [inner, backgroundColor],
      [outer, "rgb(10, 10, 10)"],
    ]);
    vi.stubGlobal("getComputedStyle", (element: HTMLDivElement) => ({
      backgroundColor: colours.get(element),
    }));
    expect(currentTheme(inner)).toBe("dark");
    vi.unstubAllGlobals();
  },
);
