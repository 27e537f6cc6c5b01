/** The source of the cell that a run came from, with its colours. */

import { fill, h } from "../dom";
import { get } from "./asking";
import { copyButton } from "./copying";
import { nothing, type Section, section, whenOpen } from "./section";
import { type RunPanel, showing } from "./state";

/** A kind, for its colour, and a text. */
export type Token = [kind: string, text: string];

/** Texts in their colours. */
export function tokensOf(tokens: Token[]): Node[] {
  return tokens.map(([kind, text]) =>
    kind ? h("span", { class: `sd-t-${kind}` }, text) : document.createTextNode(text),
  );
}

/** Makes the section of the source. */
export function source(panel: RunPanel): Section {
  const made = section(panel, "source", "Source");
  const code = h("div", { class: "sd-source sd-scroll", tabIndex: 0, role: "region" });
  code.setAttribute("aria-label", "Source of the cell");
  const empty = nothing("Not known. Of a cell that begins with %%track it is kept.");
  const text = async (): Promise<Token[] | undefined> =>
    (await get<{ tokens: Token[] }>(panel, "source"))?.tokens;
  const copy = copyButton("Copy the source", async () => textOf(await text()));
  made.body.append(code, empty);
  made.tools.append(copy);
  showing(
    panel,
    (state) => state.source,
    (there) => {
      code.hidden = copy.hidden = !there;
      empty.hidden = there;
    },
  );
  showing(
    panel,
    (state) => state.source_of,
    (parent) => {
      made.count.textContent = parent === null ? "" : `the cell of ${parent || "its parent"}`;
    },
  );
  whenOpen(
    panel,
    made,
    () => [panel.state.source, panel.state.run.id],
    async () => {
      const tokens = panel.state.source ? await text() : [];
      if (tokens) fill(code, ...numbered(tokens));
      return tokens !== undefined;
    },
  );
  return made;
}

function textOf(tokens: Token[] | undefined): string | undefined {
  return tokens?.map(([, text]) => text).join("");
}

function numbered(tokens: Token[]): HTMLElement[] {
  const lines = (textOf(tokens) ?? "").trimEnd().split("\n").length;
  const numbers = Array.from({ length: lines }, (_, i) => i + 1).join("\n");
  const beside = h("pre", { class: "sd-numbers sd-faint", "aria-hidden": "true" }, numbers);
  return [beside, h("pre", { class: "sd-code" }, ...tokensOf(tokens))];
}
