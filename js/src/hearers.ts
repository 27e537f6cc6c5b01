/** Those who wait for a change of something. */
export class Hearers<What extends string> {
  readonly #acts = new Map<What, Set<() => void>>();

  /** Calls `act` when that changes, or any of those. */
  on(what: What | What[], act: () => void): void {
    for (const one of [what].flat() as What[])
      this.#acts.set(one, (this.#acts.get(one) ?? new Set()).add(act));
  }

  /** Calls who waits for a change of that. */
  tell(what: What): void {
    for (const act of this.#acts.get(what) ?? []) act();
  }
}
