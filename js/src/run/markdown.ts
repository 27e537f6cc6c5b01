/** Markdown as elements. Nothing in it becomes markup, and nothing is fetched. */

import { h } from "../dom";

type Block = (
  lines: string[],
  at: number,
  depth: number,
) => { node: Node; next: number } | undefined;

const DEEPEST = 8; // blocks in blocks; what is deeper is text

// Lengths are bounded, so that no text takes long to look through.
const INLINE = new RegExp(
  [
    "(`{1,3})(?<code>[^`]{1,2000})\\1",
    "!?\\[(?<label>[^\\[\\]\\n]{0,500})\\]\\(\\s{0,9}(?<href>[^\\s()]{0,2000})\\s{0,9}\\)",
    "\\*\\*(?<strong>[^\\s*](?:[^\\n]{0,500}?\\S)?)\\*\\*",
    "\\*(?<em>[^\\s*](?:[^*\\n]{0,500}[^\\s*])?)\\*",
    "(?<![\\p{L}\\p{N}_])_(?<em2>[^\\s_](?:[^_\\n]{0,500}[^\\s_])?)_(?![\\p{L}\\p{N}_])",
    "~~(?<del>[^~\\n]{1,500})~~",
    "(?<url>https?://[^\\s<>()\\[\\]]{1,2000}[^\\s<>()\\[\\].,;:!?'\"])",
  ].join("|"),
  "u",
);
const ITEM = /^( {0,40})([-*+]|\d{1,9}[.)])\s+(.*)$/;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const FENCE = /^ {0,3}(```+|~~~+)/;
const DIVIDER = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Turns markdown into elements: headings, lists, tables, quotations, code, emphasis, links. */
export function markdown(text: string): DocumentFragment {
  const all = document.createDocumentFragment();
  all.append(...blocks(text.split(/\r\n?|\n/), 0));
  return all;
}

const BLOCKS: Block[] = [fence, heading, rule, quotation, table, list];

function blocks(lines: string[], depth: number): Node[] {
  const found: Node[] = [];
  for (let at = 0; at < lines.length; ) {
    if (!(lines[at] as string).trim()) {
      at += 1;
      continue;
    }
    const block = depth < DEEPEST && firstOf(lines, at, depth);
    const { node, next } = block || paragraph(lines, at);
    found.push(node);
    at = next;
  }
  return found;
}

function firstOf(lines: string[], at: number, depth: number): ReturnType<Block> {
  for (const read of BLOCKS) {
    const block = read(lines, at, depth);
    if (block) return block;
  }
  return undefined;
}

function paragraph(lines: string[], from: number): { node: Node; next: number } {
  let next = from + 1;
  while (next < lines.length && (lines[next] as string).trim() && !begins(lines, next)) next += 1;
  const text = lines.slice(from, next).join("\n");
  return { node: h("p", {}, ...inline(text)), next };
}

/** Whether something other than text begins on a line, even without an empty line before it. */
function begins(lines: string[], at: number): boolean {
  const line = lines[at] as string;
  return FENCE.test(line) || HEADING.test(line) || ITEM.test(line) || line.startsWith(">");
}

function fence(lines: string[], from: number): ReturnType<Block> {
  const mark = FENCE.exec(lines[from] as string)?.[1];
  if (!mark) return undefined;
  const end = lines.findIndex((line, i) => i > from && line.trim().startsWith(mark));
  const last = end < 0 ? lines.length : end;
  const code = lines.slice(from + 1, last).join("\n");
  return { node: h("pre", { class: "sd-scroll" }, h("code", {}, code)), next: last + 1 };
}

function heading(lines: string[], at: number): ReturnType<Block> {
  const found = HEADING.exec(lines[at] as string);
  if (!found) return undefined;
  // The panel has the levels above for its own.
  const level = Math.min(6, (found[1] as string).length + 3) as 4 | 5 | 6;
  return { node: h(`h${level}`, {}, ...inline(found[2] as string)), next: at + 1 };
}

function rule(lines: string[], at: number): ReturnType<Block> {
  const isRule = /^ {0,3}([-*_])\s*(\1\s*){2,200}$/.test(lines[at] as string);
  return isRule ? { node: h("hr"), next: at + 1 } : undefined;
}

function quotation(lines: string[], from: number, depth: number): ReturnType<Block> {
  let next = from;
  while (next < lines.length && (lines[next] as string).startsWith(">")) next += 1;
  if (next === from) return undefined;
  const inner = lines.slice(from, next).map((line) => line.replace(/^>\s?/, ""));
  return { node: h("blockquote", {}, ...blocks(inner, depth + 1)), next };
}

function table(lines: string[], from: number): ReturnType<Block> {
  const [head, divider] = [lines[from] as string, lines[from + 1] ?? ""];
  if (!head.includes("|") || !divider.includes("-") || !DIVIDER.test(divider)) return undefined;
  let next = from + 2;
  while (next < lines.length && (lines[next] as string).includes("|")) next += 1;
  const sides = cellsOf(divider).map((c) => (c.endsWith(":") ? "sd-num" : ""));
  const row = (line: string, tag: "th" | "td"): HTMLElement =>
    h(
      "tr",
      {},
      ...cellsOf(line).map((c, i) => h(tag, { class: sides[i] || undefined }, ...inline(c))),
    );
  const body = lines.slice(from + 2, next).map((line) => row(line, "td"));
  return { node: h("table", {}, h("thead", {}, row(head, "th")), h("tbody", {}, ...body)), next };
}

function cellsOf(line: string): string[] {
  const inside = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return inside.split("|").map((c) => c.trim());
}

function list(lines: string[], from: number, depth: number): ReturnType<Block> {
  const first = ITEM.exec(lines[from] as string);
  if (!first) return undefined;
  const indent = (first[1] as string).length;
  const items: string[][] = [];
  let next = from;
  for (; next < lines.length; next += 1) {
    const line = lines[next] as string;
    const item = ITEM.exec(line);
    if (item && (item[1] as string).length <= indent + 1) {
      if ((item[1] as string).length < indent) break;
      items.push([item[3] as string]);
    } else if (/^\s/.test(line) && line.trim()) {
      items.at(-1)?.push(line.slice(Math.min(indent + 2, line.search(/\S/))));
    } else break;
  }
  const tag = /\d/.test(first[2] as string) ? "ol" : "ul";
  return { node: h(tag, {}, ...items.map((item) => itemOf(item, depth + 1))), next };
}

function itemOf(lines: string[], depth: number): HTMLElement {
  const [first = "", ...rest] = lines;
  const text = first.replace(/^\[ \] /, "☐ ").replace(/^\[x\] /i, "☑ ");
  return h("li", {}, ...inline(text), ...blocks(rest, depth));
}

/** Emphasis, code and links of a line. */
function inline(text: string, depth = 0): Node[] {
  const found: Node[] = [];
  const words = new RegExp(INLINE, "gu");
  let from = 0;
  for (let match = words.exec(text); match && depth < 6; match = words.exec(text)) {
    if (match.index > from) found.push(document.createTextNode(text.slice(from, match.index)));
    found.push(spanOf(match, depth));
    from = words.lastIndex;
  }
  if (from < text.length) found.push(document.createTextNode(text.slice(from)));
  return found;
}

function spanOf(match: RegExpExecArray, depth: number): Node {
  const { code, label, href, strong, em, em2, del, url } = match.groups as Record<string, string>;
  const inner = (words: string): Node[] => inline(words, depth + 1);
  if (code !== undefined) return h("code", {}, code);
  if (url !== undefined) return link(url, [document.createTextNode(url)]);
  if (href !== undefined) return link(href, label ? inner(label) : [document.createTextNode(href)]);
  if (strong !== undefined) return h("strong", {}, ...inner(strong));
  if (del !== undefined) return h("del", {}, ...inner(del));
  return h("em", {}, ...inner(em ?? em2 ?? ""));
}

/** A link, if it leads where a link may; else its words. */
function link(href: string, words: Node[]): Node {
  let to: URL;
  try {
    to = new URL(href);
  } catch {
    return h("span", {}, ...words);
  }
  if (!["http:", "https:", "mailto:"].includes(to.protocol)) return h("span", {}, ...words);
  return h(
    "a",
    { href: to.href, target: "_blank", rel: "noopener noreferrer", title: to.href },
    ...words,
  );
}
