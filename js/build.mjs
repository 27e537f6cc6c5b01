// Builds one self-contained ES module per panel into the Python package, and holds them to a size.
import { mkdir, readFile, stat } from "node:fs/promises";
import { context, transform } from "esbuild";

const VIEWS = ["run_table", "compare", "run_view", "live_card"];
const OUT = new URL("../src/shelduck/panels/static/", import.meta.url).pathname;
const BUDGET = 60_000; // bytes a panel, minified: each widget sends its module once more

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
  entryPoints: VIEWS.map((view) => `src/views/${view}.ts`),
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
  for (const view of VIEWS) {
    const { size } = await stat(`${OUT}${view}.js`);
    if (size > BUDGET) throw new Error(`${view}.js is ${size} bytes; a panel has ${BUDGET}.`);
  }
}
