/** Putting a text on the clipboard. */

import { h } from "./dom";

/** Resolves to whether it could be done; `place` is where in the panel it is done for. */
export async function copy(text: string, place: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelecting(text, place);
  }
}

/** On a page served without TLS, or in a frame, there is no clipboard but that of the selection. */
function copyBySelecting(text: string, place: HTMLElement): boolean {
  const focused = document.activeElement as HTMLElement | null;
  const area = h("textarea", { class: "sd-hidden", value: text });
  place.append(area);
  area.select();
  const copied = document.execCommand?.("copy") ?? false;
  area.remove();
  focused?.focus({ preventScroll: true });
  return copied;
}
