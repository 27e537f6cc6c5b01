/** One canvas of a drawing, as sharp as the screen. */

import { h } from "../dom";
import { Pixels, word } from "./pixels";

/** A colour both ways: for a canvas, and for pixels of our own. */
export interface Ink {
  css: string;
  word: number;
}

export function ink([r, g, b]: readonly [number, number, number]): Ink {
  return { css: `rgb(${r},${g},${b})`, word: word([r, g, b]) };
}

/** Draws polylines one after the other; `done` shows them. */
export interface Pen {
  line(xs: Float32Array, x: number, ys: Float32Array, y: number, count: number, ink: Ink): void;
  done(): void;
}

const MANY = 15_000; // segments above which our own raster is the faster, and the eye sees no difference
const PIXELS = 7e6; // that lines of our own raster may cover; were there more, they are drawn coarser

export class Layer {
  readonly canvas = h("canvas", { class: "sd-layer" });
  readonly context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
  width = 0;
  height = 0;
  scale = 1;
  #pixels: Pixels | undefined;

  /** Takes a size in CSS pixels, and is empty then. */
  fit(width: number, height: number): void {
    this.scale = window.devicePixelRatio || 1;
    [this.width, this.height] = [width, height];
    const [w, h] = [Math.round(width * this.scale), Math.round(height * this.scale)];
    if (this.canvas.width !== w || this.canvas.height !== h) {
      [this.canvas.width, this.canvas.height] = [w, h];
      this.canvas.style.cssText = `width:${width}px;height:${height}px`;
    }
    this.clear();
  }

  clear(): void {
    this.context.setTransform(1, 0, 0, 1, 0, 0);
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.context.setTransform(this.scale, 0, 0, this.scale, 0, 0);
  }

  /** Draws discs; `draw` gets what draws one. */
  dots(draw: (dot: (x: number, y: number, radius: number, ink: Ink) => void) => void): void {
    const { scale } = this;
    const pixels = this.#raster(scale);
    draw((x, y, radius, { word }) => pixels.dot(x * scale, y * scale, radius * scale, word));
    pixels.put(this.context);
  }

  /** What draws that many segments of that many lines best. */
  pen(segments: number, lines: number, width = 1.5): Pen {
    if (segments > MANY) return this.#rough(Math.min(1, PIXELS / (lines * this.width)));
    return lines > 300
      ? this.#fine(1 / this.scale, 0.7)
      : this.#fine(width, lines > 50 ? 0.75 : 0.95);
  }

  #fine(width: number, alpha: number): Pen {
    const { context } = this;
    Object.assign(context, { lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
    return {
      line(xs, x, ys, y, count, { css }) {
        context.strokeStyle = css;
        context.beginPath();
        for (let k = 0, down = false; k < count; k++) {
          const v = ys[y + k] as number;
          if (Number.isNaN(v)) down = false;
          else if (down) context.lineTo(xs[x + k] as number, v);
          else context.moveTo(xs[x + k] as number, v);
          down = !Number.isNaN(v);
        }
        context.stroke();
      },
      done: () => {
        context.globalAlpha = 1;
      },
    };
  }

  #rough(scale: number): Pen {
    const pixels = this.#raster(scale);
    return {
      line(xs, x, ys, y, count, { word }) {
        for (let k = 1; k < count; k++) {
          const [from, to] = [ys[y + k - 1] as number, ys[y + k] as number];
          if (Number.isNaN(from + to)) continue;
          const [left, right] = [xs[x + k - 1] as number, xs[x + k] as number];
          pixels.line(left * scale, from * scale, right * scale, to * scale, word);
        }
      },
      done: () => this.#stretch(pixels),
    };
  }

  #raster(scale: number): Pixels {
    const [width, height] = [Math.ceil(this.width * scale), Math.ceil(this.height * scale)];
    if (this.#pixels?.width !== width || this.#pixels.height !== height)
      this.#pixels = new Pixels(Math.max(1, width), Math.max(1, height));
    this.#pixels.clear();
    return this.#pixels;
  }

  #stretch(pixels: Pixels): void {
    const { width, height } = pixels;
    if (width === this.canvas.width && height === this.canvas.height) {
      pixels.put(this.context);
      return;
    }
    const small = h("canvas", { width, height });
    pixels.put(small.getContext("2d") as CanvasRenderingContext2D);
    this.context.drawImage(small, 0, 0, this.width, this.height);
  }
}
