/** A section with a plot of two axes and a legend. */

import type { Comparison } from "./comparison";
import { div } from "./elements";
import { Plot } from "./plot";
import { section } from "./section";

export function chart(comparison: Comparison, id: string, title: string) {
  const part = section(comparison, id, title);
  const plot = new Plot(comparison);
  const legend = div("sd-legend");
  part.body.append(plot.element, legend);
  return { part, plot, legend };
}
