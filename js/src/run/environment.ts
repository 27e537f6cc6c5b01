/** What a run was made with: the interpreter, the machine, the packages. */

import { h } from "../dom";
import { line } from "../format";
import { get } from "./asking";
import { copyButton } from "./copying";
import { Listing } from "./pairs";
import { nothing, type Section, section, whenOpen } from "./section";
import { type RunPanel, showing } from "./state";

type Package = [name: string, version: string];

/** Makes the section of the environment. */
export function environment(panel: RunPanel): Section {
  const made = section(panel, "environment", "Environment");
  const facts = h("p", {});
  const listing = new Listing<Package>(panel, "packages", ([name, version]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, line(name, 80)),
      h("td", { class: "sd-value" }, line(version, 80)),
    ),
  );
  const empty = nothing("Not known: the run ended before it was looked up.");
  const all = () => get<Package[]>(panel, "rows", { section: "packages" });
  const copy = copyButton("Copy the packages as requirements", async () =>
    (await all())?.map(([name, version]) => `${name}==${version}`).join("\n"),
  );
  made.tools.append(copy);
  made.body.append(facts, listing.root, empty);
  showing(
    panel,
    (state) => state.environment,
    (known) => {
      made.count.textContent = known ? `Python ${known.python}` : "";
      facts.textContent = known ? `${known.platform}, ${known.packages} packages` : "";
      copy.hidden = listing.root.hidden = !known?.packages;
      empty.hidden = known !== null;
    },
  );
  whenOpen(
    panel,
    made,
    () => [panel.state.environment, panel.state.run.id],
    async () => {
      const rows = panel.state.environment?.packages ? await all() : [];
      if (rows) listing.show({ rows, total: rows.length });
      return rows !== undefined;
    },
  );
  return made;
}
