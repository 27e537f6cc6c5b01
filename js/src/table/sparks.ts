/** The little curves beside the metrics of the rows on screen. */

import { debounced, svg } from "../dom";
import type { Panel } from "../panel";
import type { RunLine, TableState } from "./state";

const WIDTH = 50;
const HEIGHT = 16;
const KEPT = 5000; // curves
const MOST = 1000; // curves asked for at once

export class Sparks {
  readonly #curves = new Map<string, number[]>();
  readonly #asked = new Set<string>();
  #wanted: [id: string, column: string][] = [];

  readonly #panel: Panel<TableState>;
  readonly #arrived: () => void;

  constructor(panel: Panel<TableState>, arrived: () => void) {
    this.#panel = panel;
    this.#arrived = arrived;
  }

  /** The curve of a metric of a run, if it is here; else it is asked for. */
  draw(line: RunLine, column: string): SVGElement {
    this.#want(line, column);
    const points = this.#curves.get(`${line.id}:${column}`);
    return points && points.length > 1 ? curve(points) : blank();
  }

  /** Asks once; of a run that goes on, once for each state of the table. */
  #want(line: RunLine, column: string): void {
    const key = `${line.id}:${column}:${line.start ? this.#panel.state.revision : ""}`;
    if (this.#asked.has(key) || this.#panel.state.frozen) return;
    if (this.#asked.size > KEPT) this.#forget();
    this.#asked.add(key);
    this.#wanted.push([line.id, column]);
    this.#ask();
  }

  #forget(): void {
    this.#asked.clear();
    this.#curves.clear();
  }

  // After scrolling has paused: what flies by is not worth the asking.
  readonly #ask = debounced(120, () => {
    const wanted = this.#wanted.slice(-MOST);
    this.#wanted = [];
    const ids = [...new Set(wanted.map(([id]) => id))];
    const columns = [...new Set(wanted.map(([, column]) => column))];
    this.#panel
      .ask<[string, string, number][]>("sparks", { ids, columns })
      .then(({ result, buffers }) => this.#take(result, buffers[0]))
      .catch(() => undefined);
  });

  #take(heads: [id: string, column: string, length: number][], points?: DataView): void {
    let at = 0;
    for (const [id, column, length] of heads) {
      const from = at;
      const value = (_: unknown, i: number) =>
        points?.getFloat64(8 * (from + i), true) ?? Number.NaN;
      this.#curves.set(`${id}:${column}`, Array.from({ length }, value));
      at += length;
    }
    if (heads.length) this.#arrived();
  }
}

function blank(): SVGElement {
  return svg("svg", { class: "sd-spark", width: WIDTH, height: HEIGHT, "aria-hidden": "true" });
}

function curve(points: number[]): SVGElement {
  const finite = points.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  const span = high - low || 1;
  let pen = "M";
  const path = points.map((value, i) => {
    if (!Number.isFinite(value)) {
      pen = "M";
      return "";
    }
    const x = 1 + (i / (points.length - 1)) * (WIDTH - 2);
    const y = 2 + (1 - (value - low) / span) * (HEIGHT - 4);
    const step = `${pen}${x.toFixed(1)} ${(high > low ? y : HEIGHT / 2).toFixed(1)}`;
    pen = "L";
    return step;
  });
  const element = blank();
  element.append(svg("path", { d: path.join(""), fill: "none", stroke: "currentColor" }));
  return element;
}
