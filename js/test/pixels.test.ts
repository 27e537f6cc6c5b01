import { beforeAll, expect, test, vi } from "vitest";
import { Pixels, word } from "../src/compare/pixels";

// What neither Node nor jsdom has.
class Image {
  readonly data: Uint8ClampedArray;
  constructor(width: number, height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}
beforeAll(() => void vi.stubGlobal("ImageData", Image));

/** What `put` gives a canvas: red, green, blue and alpha of each pixel. */
function shown(pixels: Pixels): (x: number, y: number) => number[] {
  let data: Uint8ClampedArray = new Uint8ClampedArray();
  const context = {
    putImageData(image: Image): void {
      data = image.data;
    },
  };
  pixels.put(context as unknown as CanvasRenderingContext2D);
  return (x, y) => [...data.slice(4 * (y * pixels.width + x), 4 * (y * pixels.width + x) + 4)];
}

const RED = word([200, 0, 0]);
const BLUE = word([0, 0, 200]);

test("a line covers its pixels by half, in its own colour", () => {
  const pixels = new Pixels(20, 10);
  pixels.line(2, 5.5, 12, 5.5, RED);
  const at = shown(pixels);
  for (let x = 2; x < 12; x++) expect(at(x, 5)[3]).toBe(127);
  expect(at(5, 5)[0]).toBeGreaterThan(195);
  expect(at(12, 5)).toEqual([0, 0, 0, 0]);
  expect(at(5, 4)).toEqual([0, 0, 0, 0]);
});

test.each([
  [1, 1, 18, 8],
  [1, 8, 18, 1],
  [3, 1, 4, 8],
])("a line from %d,%d to %d,%d has no gaps", (x0, y0, x1, y1) => {
  const pixels = new Pixels(20, 10);
  pixels.line(x0, y0, x1, y1, RED);
  const at = shown(pixels);
  const covered = Array.from({ length: 200 }, (_, k) => at(k % 20, Math.floor(k / 20))[3]);
  expect(covered.filter(Boolean)).toHaveLength(Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0)));
});

test("lines that meet between pixels leave no column empty", () => {
  for (const gap of [17.3, 28.4, 31.5, 40.49, 77.77]) {
    const pixels = new Pixels(Math.ceil(3 * gap), 10);
    for (let k = 0; k < 3; k++) pixels.line(k * gap, 4, (k + 1) * gap, 5, RED);
    const at = shown(pixels);
    for (let x = 0; x < Math.floor(3 * gap); x++)
      expect(
        (at(x, 4)[3] as number) + (at(x, 5)[3] as number),
        `column ${x} of ${gap}`,
      ).toBeGreaterThan(0);
  }
});

test("lines over each other grow dense and mix", () => {
  const pixels = new Pixels(10, 3);
  for (const colour of [RED, BLUE]) pixels.line(0, 1, 10, 1, colour);
  const [red, , blue, alpha] = shown(pixels)(5, 1) as [number, number, number, number];
  expect(alpha).toBeGreaterThan(180);
  expect(blue).toBeGreaterThan(red);
  expect(red).toBeGreaterThan(50);
});

test("a dot is round, full inside and soft at its edge", () => {
  const pixels = new Pixels(21, 21);
  pixels.dot(10, 10, 4, RED);
  const at = shown(pixels);
  expect(at(10, 10)).toEqual([200, 0, 0, 255]);
  expect(at(13, 10)[3]).toBe(255);
  expect(at(14, 10)[3]).toBeGreaterThan(0);
  expect(at(14, 14)).toEqual([0, 0, 0, 0]);
  expect(at(6, 10)).toEqual(at(14, 10));
});

test("what lies outside is not drawn, and is no fault", () => {
  const pixels = new Pixels(5, 5);
  pixels.dot(-3, 2, 2, RED);
  pixels.dot(4, 100, 2, RED);
  expect(shown(pixels)(0, 2)).toEqual([0, 0, 0, 0]);
});

test("clearing leaves nothing", () => {
  const pixels = new Pixels(5, 5);
  pixels.line(0, 2, 5, 2, RED);
  pixels.clear();
  expect(shown(pixels)(2, 2)).toEqual([0, 0, 0, 0]);
});
