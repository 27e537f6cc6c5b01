/** Paths as a tree that the keyboard walks. */

import { fill, h } from "../dom";
import { line, size } from "../format";
import type { FileRow } from "./state";

const MOST = 500; // entries of a folder that are listed

interface Folder {
  path: string;
  name: string;
  size: number;
  /** A folder's entries; a file has none. */
  entries: Map<string, Folder> | undefined;
}

/** Puts paths together into folders. */
function treeOf(files: FileRow[]): Folder {
  const root: Folder = { path: "", name: "", size: 0, entries: new Map() };
  for (const [path, bytes] of files) {
    let above = root;
    const parts = path.split("/");
    parts.forEach((name, i) => {
      above.size += bytes;
      above.entries ??= new Map();
      const { entries } = above;
      const made = { path: parts.slice(0, i + 1).join("/"), name, size: 0, entries: undefined };
      const found = entries.get(name) ?? made;
      entries.set(name, found);
      above = found;
    });
    above.size = bytes;
  }
  return root;
}

/** The files and folders of a run; `choose` is called with the path of what is to be shown. */
export class Tree {
  readonly root = h("div", { role: "tree", class: "sd-tree sd-scroll" });
  private readonly open = new Set<string>();
  private top = treeOf([]);
  private chosen: string | null = null;

  constructor(private readonly choose: (path: string) => void) {
    this.root.setAttribute("aria-label", "Artifacts");
    this.root.addEventListener("keydown", (e) => this.walk(e));
    this.root.addEventListener("click", (e) => {
      const item = (e.target as Element).closest<HTMLElement>("[role=treeitem]");
      if (item) this.press(item);
    });
  }

  /** Shows these files; a few folders are open from the first. */
  show(files: FileRow[]): void {
    this.top = treeOf(files);
    if (files.length <= 30)
      for (const f of this.top.entries?.values() ?? []) if (!isModel(f)) this.open.add(f.path);
    this.draw();
  }

  /** Marks what is shown beside the tree, and opens the folders above it. */
  mark(path: string | null): void {
    this.chosen = path;
    const parts = path?.split("/") ?? [];
    parts.slice(0, -1).forEach((_, i) => {
      this.open.add(parts.slice(0, i + 1).join("/"));
    });
    this.draw();
  }

  private draw(): void {
    const focused = this.root.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset.path
      : undefined;
    fill(this.root, ...this.items(this.top, 1));
    const items = this.shown();
    const first = items.find((i) => i.dataset.path === (focused ?? this.chosen)) ?? items[0];
    if (first) first.tabIndex = 0;
    if (focused !== undefined) first?.focus();
  }

  private items(folder: Folder, level: number): HTMLElement[] {
    const entries = [...(folder.entries?.values() ?? [])];
    entries.sort((a, b) => Number(!a.entries) - Number(!b.entries) || (a.name < b.name ? -1 : 1));
    const found = entries.slice(0, MOST).flatMap((entry) => {
      const inner = entry.entries && this.open.has(entry.path) ? this.items(entry, level + 1) : [];
      return [this.item(entry, level), ...inner];
    });
    if (entries.length > MOST) {
      const text = `… ${(entries.length - MOST).toLocaleString("en")} more`;
      found.push(h("div", { class: "sd-faint", style: `padding-left:${level * 16}px` }, text));
    }
    return found;
  }

  private item(entry: Folder, level: number): HTMLElement {
    const isOpen = this.open.has(entry.path);
    const mark = entry.entries ? (isOpen ? "▾" : "▸") : "";
    const name = h("bdi", { class: "sd-grow", title: entry.path }, line(entry.name, 120));
    const item = h(
      "div",
      { role: "treeitem", tabIndex: -1, style: `padding-left:${(level - 1) * 16 + 4}px` },
      h("span", { class: "sd-tree-mark", "aria-hidden": "true" }, mark),
      name,
      isModel(entry) && h("span", { class: "sd-badge" }, "model"),
      h("span", { class: "sd-faint" }, size(entry.size)),
    );
    item.dataset.path = entry.path;
    item.setAttribute("aria-level", String(level));
    item.setAttribute("aria-selected", String(entry.path === this.chosen));
    if (entry.entries) item.setAttribute("aria-expanded", String(isOpen));
    return item;
  }

  private shown(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>("[role=treeitem]")];
  }

  /** Opens or closes a folder; shows a file, or a folder that is a model. */
  private press(item: HTMLElement): void {
    const path = item.dataset.path ?? "";
    this.focus(item);
    const entry = this.find(path);
    if (entry?.entries) this.turn(path, !this.open.has(path));
    if (entry && (!entry.entries || isModel(entry))) this.choose(path);
  }

  private find(path: string): Folder | undefined {
    return path.split("/").reduce<Folder | undefined>((f, name) => f?.entries?.get(name), this.top);
  }

  private turn(path: string, open: boolean): void {
    if (open) this.open.add(path);
    else this.open.delete(path);
    this.draw();
  }

  private focus(item: HTMLElement): void {
    for (const other of this.shown()) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  }

  private walk(e: KeyboardEvent): void {
    const items = this.shown();
    const at = items.indexOf(document.activeElement as HTMLElement);
    const item = items[at];
    if (!item) return;
    const path = item.dataset.path ?? "";
    const expanded = item.getAttribute("aria-expanded");
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
    if (to !== undefined) this.focus(items[Math.min(items.length - 1, Math.max(0, to))] ?? item);
    else if (e.key === "Enter" || e.key === " ") this.press(item);
    else if (e.key === "ArrowRight" && expanded === "false") this.turn(path, true);
    else if (e.key === "ArrowLeft" && expanded === "true") this.turn(path, false);
    else if (e.key === "ArrowLeft")
      this.focus(items.find((i) => i.dataset.path === above(path)) ?? item);
    else return;
    e.preventDefault();
    e.stopPropagation();
  }
}

function above(path: string): string {
  return path.split("/").slice(0, -1).join("/");
}

function isModel(entry: Folder): boolean {
  return entry.entries?.has("MLmodel") ?? false;
}
