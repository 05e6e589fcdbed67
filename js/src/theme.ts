/** Light or dark, as the host shows it; figures drawn in Python follow it. */
import type { Theme } from "./model";
import { parentOf } from "./page_tree";

/** Some hosts fade from one theme to the other: the colours on the way tell nothing. */
const FADE_MS = 500;

/** Brightness from 0 to 1, in all notations of computed colours; null of what one can see through. */
function luminance(colour: string): number | null {
  const numbers = colour.replace(/^color\(\S+/, "").match(/-?[\d.]+(?:e-?\d+)?/g) ?? [];
  const [first, second, third, alpha = 1] = numbers.map(Number);
  if (first === undefined || second === undefined || third === undefined || alpha < 0.5)
    return null;
  if (colour.startsWith("ok")) return first;
  if (colour.startsWith("l")) return first / 100;
  const sum = 0.2126 * first + 0.7152 * second + 0.0722 * third;
  return colour.startsWith("color(") ? sum : sum / 255;
}

function backgroundTheme(element: Element): Theme | null {
  for (let up: Element | null = element; up; up = parentOf(up)) {
    const light = luminance(getComputedStyle(up).backgroundColor);
    if (light !== null) return light < 0.5 ? "dark" : "light";
  }
  return null;
}

export function currentTheme(host: Element): Theme {
  const { body } = document;
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false" ? "dark" : "light";
  const vscode = body.dataset.vscodeThemeKind;
  if (vscode) return vscode.includes("light") ? "light" : "dark";
  const background = backgroundTheme(host);
  if (background) return background;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Call back now and whenever the host's theme may have changed. */
export function watchTheme(
  host: Element,
  callback: (theme: Theme) => void,
  signal: AbortSignal,
): void {
  let last: Theme | null = null;
  const check = () => {
    const theme = currentTheme(host);
    if (theme !== last) callback(theme);
    last = theme;
  };
  let settled: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    check();
    clearTimeout(settled);
    settled = setTimeout(check, FADE_MS);
  };
  const observer = new MutationObserver(look);
  const attributes = {
    attributes: true,
    attributeFilter: [
      "class",
      "style",
      "data-theme",
      "data-jp-theme-light",
      "data-vscode-theme-kind",
    ],
  };
  observer.observe(document.body, attributes);
  observer.observe(document.documentElement, attributes);
  const end = () => {
    observer.disconnect();
    clearTimeout(settled);
  };
  signal.addEventListener("abort", end, { once: true });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", look, { signal });
  check();
}
