// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { watchTheme } from "../src/theme";

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
