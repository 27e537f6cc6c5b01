import { bar } from "../card/bar";
import { Clock } from "../card/clock";
import { insideInWords } from "../card/inside";
import { type Part, Parts, say } from "../card/kept";
import type { CardState } from "../card/state";
import { bestTile, isCourse, lastOf, metricTile } from "../card/tile";
import { h } from "../dom";
import { number } from "../format";
import { panelOf } from "../panel";
import css from "./live_card.css";

export default panelOf<CardState>((panel) => {
  const clock = new Clock();
  const name = h("b", { class: "sd-card-name" });
  const mark = h(
    "span",
    { class: "sd-RUNNING" },
    h("span", { class: "sd-card-mark", "aria-hidden": "true" }, "●"),
    " RUNNING",
  );
  const about = h("span", { class: "sd-faint" });
  const head = h("div", { class: "sd-card-head" }, name, mark, clock.element, about);
  const bars = h("div", { class: "sd-card-bars" });
  const params = h("div", { class: "sd-card-params", role: "list", "aria-label": "params" });
  const moreParams = h("span", { class: "sd-faint" });
  const metrics = h("div", { class: "sd-card-tiles", role: "list", "aria-label": "metrics" });
  const single = h("div", { class: "sd-card-params", role: "list", "aria-label": "single values" });
  const moreMetrics = h("div", { class: "sd-faint" });
  const inside = h("div", { class: "sd-card-inside" });
  const best = h("div", { class: "sd-card-tiles", role: "list", "aria-label": "runs inside" });
  const card = h("div", { class: "sd-card", role: "group" });
  card.append(head, bars, params, inside, best, metrics, single, moreMetrics);
  panel.root.append(card);

  const shownBars = new Parts(bars, bar);
  const shownParams = new Parts(params, pair);
  const shownSingle = new Parts(single, pair);
  const shownMetrics = new Parts(metrics, metricTile);
  const shownBest = new Parts(best, bestTile);

  function show(): void {
    const { state } = panel;
    say(name, state.name);
    name.title = state.name;
    card.setAttribute("aria-label", `run ${state.name}, running`);
    clock.show(state.elapsed);
    say(
      about,
      [state.experiment, state.attempt && `attempt ${state.attempt}`].filter(Boolean).join(" · "),
    );
    shownBars.show(state.bars);
    shownParams.show(state.params);
    say(moreParams, more(state.moreParams));
    if (state.moreParams) params.append(moreParams);
    say(inside, state.inside ? insideInWords(state.inside, state.bars) : "");
    shownBest.show(state.inside?.best ?? []);
    shownMetrics.show(state.metrics.filter(isCourse));
    shownSingle.show(
      state.metrics.filter((m) => !isCourse(m)).map(({ key, last }) => [key, lastOf(last)]),
    );
    say(moreMetrics, more(state.moreMetrics));
  }

  panel.on("state", show);
  panel.onEnd(() => clock.stop());
  show();
}, css);

function pair(): Part<[string, string]> {
  const key = h("span", { class: "sd-faint" });
  const value = h("span");
  const element = h("span", { class: "sd-card-param", role: "listitem" }, key, " ", value);
  return {
    element,
    show([name, text]) {
      say(key, name);
      say(value, text);
      element.title = `${name} ${text}`;
    },
  };
}

function more(count: number): string {
  return count ? `… ${number(count)} more` : "";
}
