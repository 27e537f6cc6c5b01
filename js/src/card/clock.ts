/** How long the cell has been running: it goes on between the news, and says when none come. */

import { h } from "../dom";
import { duration } from "../format";
import { say } from "./kept";

const SILENT = 15; // seconds without news; while all is well they come every two

/** Seconds of something under way, without the fractions that would only flicker. */
export function soFar(seconds: number): string {
  return seconds < 59.5 ? `${Math.floor(seconds)} s` : duration(seconds);
}

export class Clock {
  readonly element = h("span", { class: "sd-card-clock" });
  private elapsed = 0;
  private heard = Date.now();
  private readonly timer = setInterval(() => this.tick(), 500);

  /** Takes what Python said. */
  show(elapsed: number): void {
    this.elapsed = elapsed;
    this.heard = Date.now();
    this.tick();
  }

  tick(): void {
    const since = (Date.now() - this.heard) / 1000;
    const silent = since > SILENT;
    const now = soFar(this.elapsed + (silent ? 0 : since));
    say(this.element, silent ? `${now}, and no news for ${soFar(since)}` : now);
    this.element.classList.toggle("sd-card-silent", silent);
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
