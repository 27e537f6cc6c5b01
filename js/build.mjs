// Builds one self-contained ES module per panel into the Python package, and holds them to a size.
import { mkdir, readFile, stat } from "node:fs/promises";
import { context, transform } from "esbuild";

// Bytes a panel may have, minified: each widget sends its module once more. Compare is six plots.
const BUDGETS = { run_table: 60_000, compare: 68_500, run_view: 60_000, live_card: 20_000 };
const OUT = new URL("../src/shelduck/panels/static/", import.meta.url).pathname;

const minifiedCss = {
  name: "css",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, "utf8"), {
        loader: "css",
        minify: true,
      });
      return { contents: code, loader: "text" };
    });
  },
};

const watching = process.argv.includes("--watch");
await mkdir(OUT, { recursive: true });
const build = await context({
  entryPoints: Object.keys(BUDGETS).map((view) => `src/views/${view}.ts`),
  outdir: OUT,
  absWorkingDir: new URL(".", import.meta.url).pathname,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: !watching,
  legalComments: "none",
  plugins: [minifiedCss],
  logLevel: "info",
});
if (watching) {
  await build.watch();
} else {
  await build.rebuild();
  await build.dispose();
  for (const [view, budget] of Object.entries(BUDGETS)) {
    const { size } = await stat(`${OUT}${view}.js`);
    if (size > budget) throw new Error(`${view}.js is ${size} bytes; it may have ${budget}.`);
  }
}
