/** The code that gives back what is on screen. */

import { h } from "../dom";
import { copyButton } from "./copying";
import { type Section, section } from "./section";
import { type RunPanel, showing } from "./state";

/** Makes the section of the code that loads the run. */
export function code(panel: RunPanel): Section {
  const made = section(panel, "code", "Load it");
  const shown = h("pre", { class: "sd-code sd-scroll", tabIndex: 0 });
  const text = (): string => loadCode(panel.state.run.id, panel.state.path);
  made.body.append(shown);
  made.tools.append(copyButton("Copy the code that loads the run", text));
  showing(panel, text, (now) => {
    shown.textContent = now;
  });
  return made;
}

function loadCode(id: string, path: string | null): string {
  const run = `run = shelduck.get_run(${quoted(id)})`;
  return path === null ? run : `${run}\npath = ${downloadCode(id, path)}`;
}

/** The call that fetches an artifact. */
export function downloadCode(id: string, path: string): string {
  return `shelduck.download_artifacts(run_id=${quoted(id)}, artifact_path=${quoted(path)})`;
}

/** A text as Python reads it; JSON's escapes are Python's too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
