/** The artifacts of a run: a tree, and beside it what is in the chosen one. */

import { fill, h } from "../dom";
import { size } from "../format";
import { act, get } from "./asking";
import { downloadCode } from "./code";
import { copyButton, save } from "./copying";
import { type Preview, previewOf } from "./preview";
import { nothing, type Section, section } from "./section";
import { type FileRow, type RunPanel, showing } from "./state";
import { Tree } from "./tree";

/** Makes the section of artifacts. */
export function files(panel: RunPanel): Section {
  const made = section(panel, "files", "Artifacts");
  const empty = nothing("None.", 'shelduck.log_artifact("model.json")');
  const tree = new Tree((path) => {
    if (panel.state.frozen) open(path);
    else void act(panel, "look", { path });
  });
  const preview = h("div", { class: "sd-preview" });
  const both = h("div", { class: "sd-files" }, tree.root, preview);
  made.body.append(empty, both);
  const open = (path: string | null): void => {
    tree.mark(path);
    void show(panel, preview, path);
  };
  showing(
    panel,
    (state) => [state.files, state.run.id] as const,
    ([known]) => {
      const bytes = known.rows.reduce((sum, [, count]) => sum + count, 0);
      const all = known.rows.length === known.total ? `, ${size(bytes)}` : "";
      made.count.textContent = known.total ? `${known.total.toLocaleString("en")}${all}` : "";
      empty.hidden = known.total > 0;
      both.hidden = !known.total;
      tree.show(known.rows);
      if (known.rows.length < known.total) void rest(panel, tree);
    },
  );
  showing(
    panel,
    (state) => [state.path, state.run.id] as const,
    ([path]) => open(path),
  );
  return made;
}

async function rest(panel: RunPanel, tree: Tree): Promise<void> {
  const files = await get<FileRow[]>(panel, "rows", { section: "files" });
  if (files) tree.show(files);
}

async function show(panel: RunPanel, place: HTMLElement, path: string | null): Promise<void> {
  place.dataset.path = path ?? "";
  if (path === null) {
    fill(place, h("p", { class: "sd-nothing sd-faint" }, "Choose a file to see what is in it."));
    return;
  }
  fill(place, h("p", { class: "sd-faint" }, "…"));
  const shown = await looked(panel, path);
  if (place.dataset.path === path) fill(place, ...shown);
}

async function looked(panel: RunPanel, path: string): Promise<HTMLElement[]> {
  try {
    const { result, buffers } = await panel.ask<Preview>("artifact", { path });
    return [headOf(panel, path, result), ...previewOf(result, buffers, path)];
  } catch (e) {
    return [h("p", { class: "sd-bad" }, (e as Error).message)];
  }
}

function headOf(panel: RunPanel, path: string, known: Preview): HTMLElement {
  const about = [size(known.size), known.digest && `sha256 ${known.digest.slice(0, 12)}…`];
  const facts = h(
    "span",
    { class: "sd-faint", title: known.digest },
    about.filter(Boolean).join(" · "),
  );
  const fetching = (): string => downloadCode(panel.state.run.id, path);
  const code = copyButton("Copy the code that fetches it", fetching, "Copy code");
  const name = h("b", { title: path }, h("bdi", {}, path.split("/").pop() ?? path));
  const said = h("div", { class: "sd-faint", role: "status" });
  const tools = panel.state.frozen ? [] : [downloadButton(panel, path, known, said), code];
  return h(
    "div",
    { class: "sd-preview-head" },
    name,
    facts,
    h("span", { class: "sd-tools" }, ...tools),
    said,
  );
}

function downloadButton(
  panel: RunPanel,
  path: string,
  known: Preview,
  said: HTMLElement,
): HTMLElement | null {
  if (known.kind === "model") return null;
  const button = h("button", { type: "button", class: "sd-plain" }, "Download");
  button.addEventListener("click", async () => {
    try {
      const { result, buffers } = await panel.ask<boolean>("download", { path });
      const name = path.split("/").pop() ?? path;
      if (result) save(buffers[0] as DataView<ArrayBuffer>, name);
      else
        fill(
          said,
          "Too large to come through the browser: ",
          h("code", {}, downloadCode(panel.state.run.id, path)),
        );
    } catch (e) {
      fill(said, (e as Error).message);
    }
  });
  return button;
}
