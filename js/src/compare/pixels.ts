/**
 * A raster of our own. A canvas without a graphics card draws ten thousand lines over eight axes
 * in 110 ms, and in 2.5 s when they are wider than a pixel; this takes 25.
 *
 * Pixels are words of alpha, blue, green and red, multiplied by alpha, so that blending is a shift.
 */

const HALVES = 0x7f7f7f7f;

interface Stamp {
  /** Pixels from the middle to the edge of the square. */
  reach: number;
  shares: Uint16Array;
}

export class Pixels {
  readonly #image: ImageData;
  readonly #words: Uint32Array;
  readonly #stamps = new Map<number, Stamp>();

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#image = new ImageData(width, height);
    this.#words = new Uint32Array(this.#image.data.buffer);
  }

  clear(): void {
    this.#words.fill(0);
  }

  /** A line one pixel wide that lets half of what is below shine through. */
  line(x0: number, y0: number, x1: number, y1: number, colour: number): void {
    const { width } = this;
    const words = this.#words;
    const half = (colour >>> 1) & HALVES;
    const steps = Math.max(1, Math.ceil(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
    const dx = (((x1 - x0) / steps) * 65536) | 0;
    const dy = (((y1 - y0) / steps) * 65536) | 0;
    let x = (x0 * 65536) | 0;
    let y = (y0 * 65536) | 0;
    for (let k = 0; k < steps; k++) {
      const at = (y >> 16) * width + (x >> 16);
      words[at] = (((words[at] as number) >>> 1) & HALVES) + half;
      x += dx;
      y += dy;
    }
  }

  /** A disc with soft edges; its middle is that of a pixel. */
  dot(x: number, y: number, radius: number, colour: number): void {
    const { width, height } = this;
    const words = this.#words;
    const [column, row] = [Math.floor(x), Math.floor(y)];
    const { reach, shares } = this.#stamp(radius);
    if (column < reach || row < reach || column + reach >= width || row + reach >= height) return;
    const [evens, odds] = [colour & 0xff00ff, (colour >>> 8) & 0xff00ff];
    let k = 0;
    for (let v = row - reach; v <= row + reach; v++) {
      let at = v * width + column - reach;
      for (const end = at + 2 * reach; at <= end; at++) {
        const share = shares[k++] as number;
        if (share === 256) words[at] = colour;
        else if (share) words[at] = mixed(words[at] as number, evens, odds, share);
      }
    }
  }

  /** How much of each pixel of a square a disc covers, in 256ths. */
  #stamp(radius: number): Stamp {
    const known = this.#stamps.get(radius);
    if (known) return known;
    const reach = Math.ceil(radius);
    const size = 2 * reach + 1;
    const shares = Uint16Array.from({ length: size * size }, (_, k) => {
      const away = Math.hypot((k % size) - reach, Math.floor(k / size) - reach);
      return Math.min(256, Math.max(0, Math.round((radius + 0.5 - away) * 256)));
    });
    const stamp = { reach, shares };
    this.#stamps.set(radius, stamp);
    return stamp;
  }

  /** Shows them on a canvas of the same size. */
  put(context: CanvasRenderingContext2D): void {
    divideByAlpha(this.#words);
    context.putImageData(this.#image, 0, 0);
  }
}

/** A share of a colour over what is below, two channels at a time. */
function mixed(below: number, evens: number, odds: number, share: number): number {
  const rest = 256 - share;
  const low = ((evens * share + (below & 0xff00ff) * rest) >>> 8) & 0xff00ff;
  const high = (odds * share + ((below >>> 8) & 0xff00ff) * rest) & 0xff00ff00;
  return low | high;
}

function divideByAlpha(words: Uint32Array): void {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as number;
    const alpha = word >>> 24;
    if (alpha === 0 || alpha === 255) continue;
    const by = 255 / alpha;
    const red = Math.min(255, (word & 255) * by);
    const green = Math.min(255, ((word >>> 8) & 255) * by);
    const blue = Math.min(255, ((word >>> 16) & 255) * by);
    words[i] = (alpha << 24) | (blue << 16) | (green << 8) | red;
  }
}

/** A colour as `Pixels` has it. */
export function word([red, green, blue]: readonly [number, number, number]): number {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
