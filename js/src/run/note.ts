/** The note of a run: markdown, written and read in place. */

import { fill, h } from "../dom";
import { act, get } from "./asking";
import { isEditing } from "./editing";
import { markdown } from "./markdown";
import { nothing, type Section, section } from "./section";
import { type RunPanel, showing } from "./state";

/** Makes the section of the note. */
export function note(panel: RunPanel): Section {
  const made = section(panel, "note", "Note");
  const button = h("button", { type: "button", class: "sd-plain" }, "Edit");
  button.setAttribute("aria-label", "Edit the note");
  button.addEventListener("click", () => void write(panel, made, draw));
  if (!panel.state.frozen) made.tools.append(button);
  const draw = (): void => {
    const { text, cut } = panel.state.note;
    button.textContent = text ? "Edit" : "Write";
    const rest = cut
      ? h("p", { class: "sd-faint" }, "It goes on: all of it is there to edit.")
      : null;
    fill(made.body, text ? h("div", { class: "sd-note" }, markdown(text)) : empty(), rest);
  };
  let shown = "";
  showing(
    panel,
    (state) => [state.note, state.run.id] as const,
    ([, run]) => {
      if (run !== shown || !isEditing(made.body)) draw();
      shown = run;
    },
  );
  return made;
}

function empty(): HTMLElement {
  return nothing("Nothing noted. What was tried here, and what came of it?");
}

async function write(panel: RunPanel, { body }: Section, done: () => void): Promise<void> {
  const { text, cut } = panel.state.note;
  const before = cut ? await get<string>(panel, "note") : text;
  if (before === undefined) return;
  const area = h("textarea", { class: "sd-edit-box", value: before, rows: 8 });
  area.setAttribute("aria-label", "The note, in markdown");
  const keep = async (): Promise<void> => {
    if (area.value === before || (await act(panel, "write_note", { text: area.value }))) end();
  };
  const end = (): void => {
    area.remove();
    done();
  };
  const save = h("button", { type: "button", title: "Ctrl+Enter", onclick: keep }, "Save");
  const cancel = h(
    "button",
    { type: "button", class: "sd-plain", title: "Escape", onclick: end },
    "Cancel",
  );
  area.addEventListener("keydown", (e) => {
    e.stopPropagation();
    if (e.key === "Escape") end();
    if (e.key === "Enter" && (e.ctrlKey || e.metaKey)) void keep();
  });
  body.hidden = false;
  fill(
    body,
    area,
    h("div", { class: "sd-buttons" }, save, cancel, h("span", { class: "sd-faint" }, "markdown")),
  );
  area.focus();
}
