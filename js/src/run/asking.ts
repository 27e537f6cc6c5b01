/** Asking Python, and what to say when it refuses. */

import { h } from "../dom";
import type { RunPanel } from "./state";

/** Sends a command that changes something; what Python has against it is said above the run. Resolves to whether it went. */
export async function act(
  panel: RunPanel,
  command: string,
  args: Record<string, unknown> = {},
): Promise<boolean> {
  try {
    await panel.ask(command, args);
  } catch (e) {
    say(panel, e);
    return false;
  }
  say(panel);
  panel.settle();
  return true;
}

/** Asks for something to show; what Python has against it is said too, and undefined returned. */
export async function get<T>(
  panel: RunPanel,
  command: string,
  args: Record<string, unknown> = {},
): Promise<T | undefined> {
  try {
    return (await panel.ask<T>(command, args)).result;
  } catch (e) {
    say(panel, e);
    return undefined;
  }
}

/** Says what went wrong, or that nothing does any more. */
export function say(panel: RunPanel, error?: unknown): void {
  const place = panel.root.querySelector(".sd-refused");
  if (place) place.textContent = error instanceof Error ? error.message : "";
}

/** Where `say` says it. */
export function sayingPlace(): HTMLElement {
  return h("div", { class: "sd-refused sd-notice sd-bad", role: "alert" });
}
