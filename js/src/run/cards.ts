/** Small curves side by side; one is shown large when it is pressed. */

import { fill, h } from "../dom";
import { line, number } from "../format";
import { numberIn } from "../state";
import { act } from "./asking";
import { type CurveHeader, curvesOf, small } from "./curve";
import { Plot } from "./plot";
import { type MetricRow, type RunPanel, showing, words } from "./state";

const BATCH = 24; // curves a request: a saved page has the answers to these requests

/** The metrics that have more than one point. Curves are asked for when they come into sight. */
export class Cards {
  readonly root = h("div", {});
  private readonly large = h("div", {});
  private readonly cards = h("div", { class: "sd-cards sd-scroll" });
  private readonly known = new Map<string, HTMLElement>();
  private readonly seen = new Set<string>();
  private readonly asked = new Set<string>();
  private readonly sight = new IntersectionObserver((entries) => this.look(entries));
  private keys: string[] = [];
  private plot: Plot | undefined;
  private run = "";

  constructor(private readonly panel: RunPanel) {
    this.root.append(this.large, this.cards);
    panel.on("size", () => this.plot?.draw());
    panel.onEnd(() => this.sight.disconnect());
    showing(
      panel,
      (state) => state.metric,
      (key) => this.enlarge(key),
    );
  }

  /** Forgets the curves: there are new points, or another run. */
  renew(run: string): void {
    if (run !== this.run) {
      this.known.clear();
      this.seen.clear();
      this.sight.disconnect();
    }
    this.run = run;
    this.asked.clear();
    if (this.plot) void this.fetchLarge(this.plot);
  }

  /** Shows some of all metrics. */
  show(rows: MetricRow[], all: MetricRow[]): void {
    this.keys = all.filter(hasCurve).map(([key]) => key);
    const cards = rows.filter(hasCurve).map((row) => this.card(row));
    this.root.hidden = !cards.length;
    const { children } = this.cards;
    const same = cards.length === children.length && cards.every((c, i) => c === children[i]);
    if (!same) fill(this.cards, ...cards);
    this.fetchSeen();
  }

  private card([key, , last]: MetricRow): HTMLElement {
    const known = this.known.get(key) ?? this.newCard(key);
    const value = numberIn(last);
    const text = value === undefined ? words(last) : number(value);
    (known.querySelector("b") as HTMLElement).textContent = text;
    known.setAttribute("aria-pressed", String(this.plot?.key === key));
    known.setAttribute("aria-label", `${line(key)}, last ${text}; enlarge its curve`);
    return known;
  }

  private newCard(key: string): HTMLElement {
    const name = h("span", { class: "sd-card-name", title: key }, h("bdi", {}, line(key)));
    const head = h("span", { class: "sd-card-head" }, name, h("b", {}));
    const curve = h("span", { class: "sd-card-curve" });
    const card = h("button", { type: "button", class: "sd-card" }, head, curve);
    card.dataset.key = key;
    card.addEventListener("click", () => this.press(key));
    this.known.set(key, card);
    this.sight.observe(card);
    return card;
  }

  private press(key: string): void {
    const open = this.plot?.key === key ? null : key;
    this.enlarge(open);
    if (!this.panel.state.frozen) void act(this.panel, "enlarge", { key: open });
  }

  private look(entries: IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      const { key = "" } = (target as HTMLElement).dataset;
      if (isIntersecting) this.seen.add(key);
      else this.seen.delete(key);
    }
    this.fetchSeen();
  }

  /** Asks for the curves in sight that nobody has asked for, and for their neighbours. */
  private fetchSeen(): void {
    for (let from = 0; from < this.keys.length; from += BATCH) {
      const batch = this.keys.slice(from, from + BATCH);
      const missing = batch.some((key) => this.seen.has(key) && !this.asked.has(key));
      if (missing) void this.fetch(batch);
    }
  }

  private async fetch(keys: string[]): Promise<void> {
    const run = this.run;
    for (const key of keys) this.asked.add(key);
    const reply = await this.panel.ask<CurveHeader[]>("sparks", { keys }).catch(() => undefined);
    if (!reply || run !== this.run) return;
    for (const curve of curvesOf(reply.result, reply.buffers)) {
      const place = this.known.get(curve.key)?.querySelector(".sd-card-curve");
      if (place) fill(place, small(curve));
    }
  }

  private enlarge(key: string | null): void {
    for (const [of, card] of this.known) card.setAttribute("aria-pressed", String(of === key));
    if (key === null) {
      this.plot = undefined;
      fill(this.large);
    } else if (this.plot?.key !== key) {
      this.plot = new Plot(key, () => this.close(key));
      fill(this.large, this.plot.root);
      void this.fetchLarge(this.plot);
    }
  }

  private close(key: string): void {
    this.press(key);
    this.known.get(key)?.focus();
  }

  private async fetchLarge(plot: Plot): Promise<void> {
    const asked = this.panel.ask<CurveHeader[]>("curve", { key: plot.key });
    const reply = await asked.catch(() => undefined);
    const curve = reply && curvesOf(reply.result, reply.buffers)[0];
    if (curve) plot.show(curve);
  }
}

function hasCurve([, points]: MetricRow): boolean {
  return points > 1;
}
