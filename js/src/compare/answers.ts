/** Questions to Python, asked once, of which the last one's answer counts. */

import type { Reply } from "../panel";
import type { Comparison } from "./comparison";

type Args = Record<string, unknown>;

/** Returns what asks when the arguments, or the runs, are not those of the last time. */
export function asker<T>(
  { panel }: Comparison,
  command: string,
  took: (reply: Reply<T>) => void,
  failed: (message: string) => void,
): (args: Args) => Promise<void> {
  let last = "";
  return async (args) => {
    const asked = JSON.stringify([args, panel.state.data]);
    if (asked === last) return;
    last = asked;
    try {
      const reply = await panel.ask<T>(command, args);
      if (asked === last) took(reply);
    } catch (error) {
      if (asked !== last) return;
      last = ""; // may be asked again
      failed((error as Error).message);
    }
  };
}
