/** The head of a run: what it is called, how it went, where it came from, and its neighbours. */

import { fill, h } from "../dom";
import { duration, moment } from "../format";
import { statusMark } from "../status";
import { act, sayingPlace } from "./asking";
import { copyButton } from "./copying";
import { editable, isEditing } from "./editing";
import { type About, type RunPanel, showing } from "./state";

/** Makes the head. */
export function header(panel: RunPanel): HTMLElement {
  const title = h("div", { class: "sd-title" });
  const facts = h("div", { class: "sd-facts", role: "list" });
  const notices = h("div", {});
  const took = h("span", {});
  const since = clock(panel, took);
  const name = (): void => fill(title, ...titleOf(panel, panel.state.run, name));
  let shown = "";
  showing(
    panel,
    (state) => state.run,
    (run) => {
      if (run.id !== shown || !isEditing(title)) name();
      shown = run.id;
      fill(facts, ...factsOf(run, took, panel));
      since();
    },
  );
  showing(
    panel,
    ({ run, trouble }) => ({ error: run.error, deleted: run.deleted, status: run.status, trouble }),
    (known) => fill(notices, ...noticesOf(panel, known)),
  );
  return h("header", { class: "sd-head" }, title, facts, sayingPlace(), notices);
}

function titleOf(panel: RunPanel, run: About, ended: () => void): HTMLElement[] {
  const name = panel.state.frozen
    ? h("bdi", {}, run.name)
    : editable(
        run.name || "(no name)",
        "Rename (F2)",
        () => run.name,
        async (typed) => {
          if (!(await act(panel, "rename", { name: typed }))) ended();
        },
        ended,
      );
  name.classList.add("sd-name");
  return [statusMark(run.status), h("h2", {}, name), neighbours(panel, run)];
}

/** Which attempt of its cell it is, and the way to the others. */
function neighbours(panel: RunPanel, run: About): HTMLElement {
  if (!run.attempt) return h("span", {});
  const go = (text: string, label: string, id: string | null): HTMLElement => {
    const disabled = !id || !!panel.state.frozen;
    const button = h("button", { type: "button", title: label, disabled }, text);
    button.setAttribute("aria-label", label);
    button.addEventListener("click", () => void act(panel, "go", { run_id: id }));
    return button;
  };
  return h(
    "nav",
    { class: "sd-neighbours", "aria-label": "Runs of this cell" },
    go("‹", "Previous run of this cell ( [ )", run.previous),
    h("span", {}, `attempt ${run.attempt} of ${run.attempts}`),
    go("›", "Next run of this cell ( ] )", run.next),
  );
}

function factsOf(run: About, took: HTMLElement, panel: RunPanel): HTMLElement[] {
  const commit = run.commit && `${run.commit.slice(0, 10)}${run.dirty ? " + changes" : ""}`;
  const author = run.host ? `${run.author} on ${run.host}` : run.author;
  const where = run.notebook ?? run.from;
  const file = where.split("/").pop() ?? where;
  return [
    fact("status", h("span", { class: `sd-${run.status}` }, run.status)),
    fact("took", took),
    fact("started", text(moment(run.started))),
    fact("author", text(author)),
    fact("experiment", text(run.experiment)),
    where ? fact(run.notebook ? "notebook" : "source", text(file, where)) : undefined,
    run.cell ? fact("cell", text(run.cell.slice(0, 8), run.cell)) : undefined,
    commit ? fact("commit", text(commit, commitTitle(run))) : undefined,
    run.parent ? fact("parent", parentOf(panel, run.parent)) : undefined,
    fact(
      "id",
      h(
        "span",
        { class: "sd-id" },
        run.id.slice(0, 8),
        copyButton("Copy the run's id", () => run.id),
      ),
    ),
  ].filter((f) => f !== undefined);
}

function commitTitle(run: About): string {
  return run.dirty ? `${run.commit}, and files that were changed since` : run.commit;
}

function fact(label: string, value: HTMLElement): HTMLElement {
  value.classList.add("sd-fact");
  // Not dl, dt and dd: hosts have styles of their own for these.
  return h("div", { role: "listitem" }, h("span", { class: "sd-faint" }, label), value);
}

function text(words: string, title?: string): HTMLElement {
  return h("span", { title: title ?? words }, h("bdi", {}, words));
}

function parentOf(panel: RunPanel, [id, name]: [string, string]): HTMLElement {
  const button = h(
    "button",
    { type: "button", class: "sd-link" },
    h("bdi", {}, name || id.slice(0, 8)),
  );
  button.disabled = !!panel.state.frozen;
  button.title = "Show the run it is a child of";
  button.addEventListener("click", () => void act(panel, "go", { run_id: id }));
  return h("span", {}, button);
}

interface Known {
  error: string | null;
  deleted: boolean;
  status: string;
  trouble: string | null;
}

function noticesOf(panel: RunPanel, { error, deleted, status, trouble }: Known): HTMLElement[] {
  const found: HTMLElement[] = [];
  if (trouble) found.push(notice("sd-warn", `This is what was last read of the run. ${trouble}`));
  if (deleted) {
    const restore = h("button", { type: "button", disabled: !!panel.state.frozen }, "Restore");
    restore.addEventListener("click", () => void act(panel, "restore"));
    const place = notice("sd-warn", "This run is in the trash. ");
    place.append(restore);
    found.push(place);
  }
  if (error) found.push(h("pre", { class: `sd-error sd-scroll sd-${status}`, tabIndex: 0 }, error));
  else if (status === "KILLED")
    found.push(
      notice("sd-KILLED", "It did not end by itself: it was interrupted, or its kernel died."),
    );
  return found;
}

function notice(kind: string, words: string): HTMLElement {
  return h("div", { class: `sd-notice ${kind}` }, words);
}

/** Keeps the time that a run took up to date while it runs; returns what sets it right. */
function clock(panel: RunPanel, place: HTMLElement): () => void {
  let heard = performance.now();
  const tick = (): void => {
    const { elapsed, run } = panel.state;
    const since = (performance.now() - heard) / 1000;
    place.textContent = duration(elapsed === null ? run.duration : elapsed + since);
  };
  panel.on("state", () => {
    heard = performance.now();
  });
  const timer = setInterval(() => {
    if (panel.state.elapsed !== null && !panel.state.frozen) tick();
  }, 1000);
  panel.onEnd(() => clearInterval(timer));
  return tick;
}
