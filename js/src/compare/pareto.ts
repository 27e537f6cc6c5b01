/** The Pareto front: the runs that no other beats in both of two measures. */

import type { Placed } from "./ruler";
import { PLACED } from "./runs";

/**
 * The runs of the front, along the first axis. An axis whose better side is not known, or where a
 * run has no number, has none. Of equal runs all belong to it.
 */
export function paretoFront(x: Placed, y: Placed): number[] {
  const [signX, signY] = [sign(x), sign(y)];
  const runs: number[] = [];
  for (let i = 0; i < x.places.length; i++)
    if (x.odd[i] === PLACED && y.odd[i] === PLACED) runs.push(i);
  const [u, v] = [x.places, y.places];
  const along = (a: number, b: number): number =>
    signX * ((u[a] as number) - (u[b] as number)) || signY * ((v[a] as number) - (v[b] as number));
  runs.sort(along);
  const front: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  for (const run of runs) {
    const value = signY * (v[run] as number);
    const last = front.at(-1);
    const twin = last !== undefined && along(last, run) === 0;
    if (value < best || twin) front.push(run);
    best = Math.min(best, value);
  }
  return front;
}

function sign(x: Placed): 1 | -1 {
  return x.axis.better === "more" ? -1 : 1;
}
