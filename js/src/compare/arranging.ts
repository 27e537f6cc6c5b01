/** Arranging the parallel axes. */

import type { AxisColumn, Host } from "./axis_column";
import type { Comparison } from "./comparison";
import type { Lanes } from "./lanes";
import type { View } from "./state";

export function arranging(
  comparison: Comparison,
  axes: HTMLElement,
  columns: Map<string, AxisColumn>,
  lanes: () => Lanes,
): Host {
  const view = () => comparison.view.parallel;
  const set = (parallel: Partial<View["parallel"]>): void => comparison.patch({ parallel });
  const place = (id: string): number => view().axes.indexOf(id);
  const moveTo = (id: string, to: number): void => {
    if (!view().axes[to] || to === place(id)) return;
    const others = swapped(view().axes, id);
    set({ axes: [...others.slice(0, to), id, ...others.slice(to)] });
  };
  const focus = (id: string, by: number): void =>
    columns.get(view().axes[place(id) + by] ?? "")?.element.focus();
  return {
    focus,
    flip: (id) => set({ flipped: swapped(view().flipped, id) }),
    log(id) {
      if (comparison.axis(id)?.type === "number") set({ log: swapped(view().log, id) });
    },
    colour: (colour) => set({ colour }),
    remove(id) {
      if (view().brushes[id]) comparison.brush(id, []);
      focus(id, view().axes.at(-1) === id ? -1 : 1);
      set({ axes: swapped(view().axes, id) });
    },
    shift: (id, by) => moveTo(id, place(id) + by),
    drag(id, clientX) {
      const style = columns.get(id)?.element.style;
      if (!style) return;
      style.transform = "";
      if (clientX === undefined) {
        comparison.tell("parallel");
        return;
      }
      const x = clientX - axes.getBoundingClientRect().left;
      moveTo(id, lanes().laneAt(x));
      style.transform = `translateX(${x - (lanes().xs[place(id)] ?? x)}px)`;
    },
  };
}

/** Takes a name out of a list, or into it. */
function swapped(list: string[], id: string): string[] {
  return list.includes(id) ? list.filter((other) => other !== id) : [...list, id];
}
