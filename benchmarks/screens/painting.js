// Times between what somebody does and what it leads to being painted, by the page's own clock.

globalThis.painting = {
  /** Milliseconds from `act` to the frame in which `test` holds having been painted. */
  async of(act, test) {
    const began = performance.now();
    act();
    return (await painting.when(test)) - began;
  },

  /** The same from the next event of a kind, whose own time says when its key or button went. */
  after(kind, test) {
    return new Promise((resolve) => {
      addEventListener(kind, resolve, { capture: true, once: true });
    }).then(async ({ timeStamp }) => (await painting.when(test)) - timeStamp);
  },

  /** The time at which the first frame that `test` holds in has been painted. */
  async when(test) {
    const patience = performance.now() + 120_000;
    do {
      await painting.frame();
      if (performance.now() > patience) throw new Error(`never came: ${test}`);
    } while (!test());
    await painting.painted();
    return performance.now();
  },

  /** The next frame, before it is painted. */
  frame: () => new Promise(requestAnimationFrame),

  /** The moment after the frame that is being made has been painted: a message comes after it. */
  painted: () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = resolve;
      port2.postMessage(0);
    }),

  /**
   * Scrolls for some seconds, `to(seconds)` being where; `blank()` says whether rows are missing.
   * Returns frames a second and the longest time, in seconds, in which some were.
   */
  async scroll(element, seconds, to, blank) {
    const began = performance.now();
    let [now, frames, since, longest] = [began, 0, began, 0];
    while (now - began < 1000 * seconds) {
      await painting.frame();
      element.scrollTop = to((performance.now() - began) / 1000);
      await painting.painted(); // with the rows that the view has put there by itself
      now = performance.now();
      frames += 1;
      if (blank()) longest = Math.max(longest, now - since);
      else since = now;
    }
    return { frames: (1000 * frames) / (now - began), blank: longest / 1000 };
  },

  /** Which elements a canvas has been drawn anew in, from now on. */
  drawings(within) {
    const drawn = new Set();
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...area) {
      drawn.add(this.canvas.closest(within));
      return clear.apply(this, area);
    };
    return drawn;
  },
};
