// Builds the one script and the one style sheet that the Python package ships.
// `--dev` serves the page in dev/ instead, with source maps and a fake kernel, and follows edits.
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const MAX_BYTES = 150_000;
const here = fileURLToPath(new URL(".", import.meta.url));

function options(dev) {
  const script = dev
    ? { in: "dev/fake_host.ts", out: "fake_host" }
    : { in: "src/index.ts", out: "explorer" };
  return {
    absWorkingDir: here,
    entryPoints: [script, { in: "src/styles.css", out: "explorer" }],
    outdir: dev ? "dev/out" : "../nengo_explorer/explorer/static",
    bundle: true,
    format: "esm",
    target: ["es2022"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: !dev,
    sourcemap: dev,
    legalComments: "inline",
    logLevel: "info",
  };
}

async function buildPackage() {
  const made = await build({ ...options(false), metafile: true });
  for (const [path, { bytes }] of Object.entries(made.metafile.outputs)) {
    if (path.endsWith(".js") && bytes > MAX_BYTES) {
      throw new Error(`${path} has ${bytes} bytes; the limit is ${MAX_BYTES}`);
    }
  }
}

async function serve() {
  const page = await context(options(true));
  await page.watch();
  const { port } = await page.serve({ host: "127.0.0.1", servedir: "dev" });
  console.log(`http://127.0.0.1:${port}/fake_host.html`);
}

await (process.argv.includes("--dev") ? serve() : buildPackage());
