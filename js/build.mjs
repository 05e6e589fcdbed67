// Builds the one script and the one style sheet that the Python package ships.
// `--dev` builds the page in dev/ instead, with source maps and a fake kernel.
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const MAX_BYTES = 150_000;
const here = fileURLToPath(new URL(".", import.meta.url));
const dev = process.argv.includes("--dev");
const target = fileURLToPath(
  new URL(dev ? "dev/out/" : "../nengo_explorer/explorer/static/", import.meta.url),
);

await build({
  absWorkingDir: here,
  entryPoints: [
    dev ? { in: "dev/fake_host.ts", out: "fake_host" } : { in: "src/index.ts", out: "explorer" },
    { in: "src/styles.css", out: "explorer" },
  ],
  outdir: target,
  bundle: true,
  format: "esm",
  target: ["es2022"],
  jsx: "automatic",
  jsxImportSource: "preact",
  minify: !dev,
  sourcemap: dev,
  legalComments: "inline",
  logLevel: "info",
});

if (!dev) {
  const { size } = await stat(`${target}explorer.js`);
  if (size > MAX_BYTES) {
    throw new Error(`explorer.js has ${size} bytes; the limit is ${MAX_BYTES}`);
  }
}
