/** Every run as a point of any two axes. */

import { runsIn } from "../format";
import { chart } from "./chart";
import type { Comparison } from "./comparison";
import { controlsOf } from "./controls";
import { button } from "./elements";
import { showLegend } from "./legend";
import { paretoFront } from "./pareto";
import type { Plot } from "./plot";
import { Points } from "./points";
import type { Placed } from "./ruler";
import { LOW, PLACED } from "./runs";
import type { Section } from "./section";
import type { Tip } from "./tip";

const [LEAST, MOST] = [2, 9]; // pixels of the radii

export function scatter(comparison: Comparison, tip: Tip): Section {
  const { part, plot, legend } = chart(comparison, "scatter", "Scatter");
  const view = () => comparison.view.scatter;
  const axes = () => {
    const { x, y, logX, logY } = view();
    return [comparison.placed(x, logX), comparison.placed(y, logY)] as const;
  };
  const points = new Points(comparison, plot, tip, () => [
    ...axes(),
    comparison.placed(view().colour),
    comparison.placed(view().size),
  ]);
  let front: number[] = [];
  const drawOver = (): void => {
    plot.over.clear();
    drawFront(plot, points, front, comparison.theme.accent);
    points.drawOver();
  };
  const draw = (): void => {
    const [x, y] = axes();
    if (part.instead(x && y ? "" : "Choose what to draw along x and y.") || !x || !y) return;
    plot.frame(x, y);
    const lacking = points.place(x, y, radii(comparison.placed(view().size)));
    if (part.instead(lacking < x.places.length ? "" : "No run has a number on both axes.")) return;
    const colours = comparison.colours(view().colour);
    points.drawAll(colours);
    points.drawChosen();
    showLegend(legend, colours);
    front = view().pareto && x.axis.better && y.axis.better ? paretoFront(x, y) : [];
    const drawn = runsIn(x.places.length - lacking);
    plot.describe(`Scatter of ${drawn}: ${y.label} over ${x.label}`);
    const low = [x, y].some(({ odd }) => odd.includes(LOW)) ? " above zero" : "";
    part.say(
      lacking > 0 && `${runsIn(lacking)} not drawn, without a value${low} here. `,
      front.length > 0 && `Pareto front: ${runsIn(front.length)}. `,
      front.length > 0 && button("Select them", "", () => comparison.select(front), "sd-link"),
    );
    drawOver();
  };
  addControls(comparison, part);
  part.draws(["scatter", "runs", "look"], draw);
  part.draws(["selected"], () => points.drawChosen());
  part.draws(["hover"], drawOver);
  return part;
}

function addControls(comparison: Comparison, part: Section): void {
  const { axis, toggle } = controlsOf(comparison, "scatter", part.controls);
  const about = (key: "x" | "y") => comparison.axis(comparison.view.scatter[key]);
  const notNumber = (key: "x" | "y") => () => (about(key)?.type === "number" ? "" : "Not a number");
  axis("x", "x", { also: (id) => ({ logX: comparison.axis(id)?.log }) });
  axis("y", "y", { also: (id) => ({ logY: comparison.axis(id)?.log }) });
  axis("colour", "colour", { none: "none" });
  axis("size", "size", { none: "none", which: ({ type }) => type !== "text" });
  toggle("logX", "log x", "Logarithmic x axis", notNumber("x"));
  toggle("logY", "log y", "Logarithmic y axis", notNumber("y"));
  toggle("pareto", "Pareto", "Show the runs that no other beats in both", () =>
    about("x")?.better && about("y")?.better
      ? ""
      : "Needs two metrics of which it is known whether less or more is better",
  );
}

function radii(by: Placed | undefined): Float32Array | undefined {
  const area = (p: number): number => LEAST ** 2 + p * (MOST ** 2 - LEAST ** 2);
  return by?.places.map((p, i) =>
    by.odd[i] === PLACED ? Math.round(2 * Math.sqrt(area(p))) / 2 : LEAST - 0.5,
  );
}

/** Draws the front as stairs: what lies beyond them is beaten. */
function drawFront(
  { over: { context } }: Plot,
  points: Points,
  front: number[],
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.beginPath();
  front.forEach((run, k) => {
    const [x, y] = points.at(run);
    if (k) context.lineTo(x, points.at(front[k - 1] as number)[1]);
    context.lineTo(x, y);
  });
  context.stroke();
  for (const run of front) {
    context.beginPath();
    context.arc(...points.at(run), 6, 0, 7);
    context.stroke();
  }
}
