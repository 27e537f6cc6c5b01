/** What is in an artifact, as elements. Nothing of it becomes markup of this page. */

import { h } from "../dom";
import { number } from "../format";
import { type Cell, numberIn } from "../state";
import { type Token, tokensOf } from "./source";

export interface Preview {
  kind: "text" | "table" | "image" | "html" | "model" | "other";
  size: number;
  digest?: string;
  said?: string | null;
  tokens?: Token[];
  type?: string;
  text?: string;
  columns?: string[];
  rows?: Cell[][];
  total?: number | null;
  width?: number;
  files?: number;
  flavors?: [name: string, version: string][];
  inputs?: [name: string, type: string][];
  outputs?: [name: string, type: string][];
  facts?: [name: string, value: string][];
}

/** Shows a preview. */
export function previewOf(known: Preview, buffers: DataView[], path: string): HTMLElement[] {
  const said = known.said ? [h("p", { class: "sd-faint" }, known.said)] : [];
  return [...said, ...contentOf(known, buffers, path)];
}

function contentOf(known: Preview, buffers: DataView[], path: string): HTMLElement[] {
  if (known.kind === "text") return [text(known.tokens ?? [])];
  if (known.kind === "table") return table(known);
  if (known.kind === "image") return [image(known, buffers[0], path)];
  if (known.kind === "html") return [page(known.text ?? "", path)];
  return known.kind === "model" ? model(known) : [];
}

function text(tokens: Token[]): HTMLElement {
  if (!tokens.length) return h("p", { class: "sd-faint" }, "It is empty.");
  return h("pre", { class: "sd-code sd-scroll", tabIndex: 0 }, ...tokensOf(tokens));
}

function image(known: Preview, bytes: DataView | undefined, path: string): HTMLElement {
  const blob = new Blob(bytes ? [bytes as DataView<ArrayBuffer>] : [], { type: known.type ?? "" });
  const url = URL.createObjectURL(blob);
  // As an image, an SVG runs no script and loads nothing.
  const shown = h("img", { src: url, alt: path, class: "sd-picture" });
  const done = (): void => URL.revokeObjectURL(url);
  shown.addEventListener("load", done);
  shown.addEventListener("error", () => {
    done();
    shown.replaceWith(h("p", { class: "sd-faint" }, "Not a picture that this browser can show."));
  });
  return shown;
}

// What a page may do: nothing, and load nothing either.
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:";

function page(markup: string, path: string): HTMLElement {
  const frame = h("iframe", { class: "sd-page", title: path });
  frame.setAttribute("sandbox", "");
  frame.setAttribute("referrerpolicy", "no-referrer");
  frame.srcdoc = `<meta http-equiv="Content-Security-Policy" content="${POLICY}">${markup}`;
  return frame;
}

function table({ columns = [], rows = [], total, width = 0 }: Preview): HTMLElement[] {
  const numeric = columns.map((_, i) => rows.every((r) => isNumeric(r[i])));
  const head = columns.map((c, i) =>
    h("th", { scope: "col", class: numeric[i] ? "sd-num" : undefined }, h("bdi", {}, c)),
  );
  const body = rows.map((row) =>
    h(
      "tr",
      {},
      ...row.map((c, i) => h("td", { class: numeric[i] ? "sd-num" : undefined }, cell(c))),
    ),
  );
  const shown = h(
    "table",
    { class: "sd-data" },
    h("thead", {}, h("tr", {}, ...head)),
    h("tbody", {}, ...body),
  );
  const scroll = h(
    "div",
    { class: "sd-scroll sd-table-place", tabIndex: 0, role: "region" },
    shown,
  );
  scroll.setAttribute("aria-label", "Rows of the table");
  return [
    h("p", { class: "sd-faint" }, counted(rows.length, total, columns.length, width)),
    scroll,
  ];
}

/** Whether a value is a number, or none; in a CSV file numbers are texts. */
function isNumeric(value: Cell | undefined): boolean {
  if (value === null || value === "" || numberIn(value) !== undefined) return true;
  return typeof value === "string" && /^[-+]?[\d.]{1,40}(e[-+]?\d{1,4})?$/i.test(value);
}

function counted(
  rows: number,
  total: number | null | undefined,
  columns: number,
  width: number,
): string {
  const whole = (n: number): string => n.toLocaleString("en");
  const all = total === null || total === undefined ? "the first " : "";
  const of = typeof total === "number" && total > rows ? ` of ${whole(total)}` : "";
  const across = width > columns ? `, ${whole(columns)} of ${whole(width)} columns` : "";
  return `${all}${whole(rows)}${of} ${rows === 1 && !of ? "row" : "rows"}${across}`;
}

function cell(value: Cell | undefined): Node {
  if (value === null || value === undefined) return h("span", { class: "sd-faint" }, "–");
  const found = numberIn(value);
  if (found !== undefined)
    return h(
      "span",
      { title: String(found) },
      Number.isInteger(found) ? String(found) : number(found),
    );
  return h("bdi", {}, typeof value === "object" && "v" in value ? value.v : String(value));
}

function model({
  flavors = [],
  inputs = [],
  outputs = [],
  facts = [],
  files = 0,
}: Preview): HTMLElement[] {
  const line = (label: string, fields: [string, string][]): HTMLElement | null =>
    fields.length
      ? h(
          "tr",
          {},
          h("th", { scope: "row", class: "sd-faint" }, label),
          h("td", {}, ...fields.map(fieldOf)),
        )
      : null;
  const rows = [
    line("flavors", flavors),
    line("inputs", inputs),
    line("outputs", outputs),
    ...facts.map(([key, value]) => line(key.replaceAll("_", " "), [[value, ""]])),
    line("files", [[String(files), ""]]),
  ];
  return [h("table", { class: "sd-model" }, h("tbody", {}, ...rows))];
}

function fieldOf([name, about]: [string, string]): HTMLElement {
  return h(
    "span",
    { class: "sd-field" },
    h("bdi", {}, name),
    about ? h("span", { class: "sd-faint" }, ` ${about}`) : null,
  );
}
