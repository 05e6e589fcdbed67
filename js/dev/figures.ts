/** Figures in the place of those that Matplotlib draws in Python. */
import type { Plot, Theme } from "../src/model";

const COLOURS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7"];

function draw(context: CanvasRenderingContext2D, width: number, height: number, seed: number) {
  for (const [i, colour] of COLOURS.entries()) {
    context.strokeStyle = colour;
    context.beginPath();
    for (let x = 0; x < width; x++) {
      const phase = (x / width) * (6 + i) + i + seed;
      context.lineTo(x, height * (0.5 + 0.35 * Math.sin(phase) * Math.exp(-i * 0.2)));
    }
    context.stroke();
  }
}

/** A line figure as PNG. */
export async function figure(width: number, theme: Theme, seed: number): Promise<DataView> {
  const canvas = document.createElement("canvas");
  canvas.width = 2 * width;
  canvas.height = 2 * Math.round(width * 0.45);
  const context = canvas.getContext("2d");
  if (context) {
    context.fillStyle = theme === "dark" ? "#111111" : "#ffffff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.lineWidth = 3;
    draw(context, canvas.width, canvas.height, seed);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  return new DataView((await blob?.arrayBuffer()) ?? new ArrayBuffer(0));
}

export function plotOf(row: number, title: string, changes: Partial<Plot>): Plot {
  return {
    key: String(row),
    row,
    title,
    version: 1,
    png: null,
    width: 400,
    height: 180,
    stale: false,
    note: "",
    card: null,
    alt: `${title}: four lines over one second`,
    item: 0,
    items: 0,
    samples: 1000,
    ...changes,
  };
}
