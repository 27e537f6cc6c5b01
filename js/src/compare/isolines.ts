/** Lines of equal height through a grid: marching squares. */

/** A piece of a line, in places from 0 to 1: x, y, x, y. */
type Piece = [number, number, number, number];

/**
 * Pieces of the line where the grid is `level` high. `grid` goes row by row from the lowest y, its
 * values stand for the middles of `nx` × `ny` cells; where one is NaN there is no line.
 */
export function isoline(grid: Float64Array, nx: number, ny: number, level: number): Piece[] {
  const pieces: Piece[] = [];
  for (let row = 0; row + 1 < ny; row++)
    for (let column = 0; column + 1 < nx; column++) {
      const at = row * nx + column;
      const corners = [grid[at], grid[at + 1], grid[at + nx + 1], grid[at + nx]] as number[];
      const crossed = crossings(corners as [number, number, number, number], level);
      for (let k = 0; k + 1 < crossed.length; k += 2) {
        const [a, b] = [crossed[k], crossed[k + 1]] as [[number, number], [number, number]];
        const x = (v: number): number => (column + v + 0.5) / nx;
        const y = (v: number): number => (row + v + 0.5) / ny;
        pieces.push([x(a[0]), y(a[1]), x(b[0]), y(b[1])]);
      }
    }
  return pieces;
}

const CORNERS = [[0, 0], [1, 0], [1, 1], [0, 1]] as const; // biome-ignore format: a table

/** Where the sides of a square are crossed, two for a piece; of a saddle, as its middle is. */
function crossings(corners: [number, number, number, number], level: number): [number, number][] {
  if (corners.some(Number.isNaN)) return [];
  const found: [number, number][] = [];
  for (let k = 0; k < 4; k++) {
    const [from, to] = [corners[k] as number, corners[(k + 1) % 4] as number];
    if (from >= level === to >= level) continue;
    const share = (level - from) / (to - from);
    const [[x, y], [u, v]] = [CORNERS[k], CORNERS[(k + 1) % 4]] as [
      [number, number],
      [number, number],
    ];
    found.push([x + share * (u - x), y + share * (v - y)]);
  }
  const middle = corners.reduce((sum, c) => sum + c, 0) / 4;
  if (found.length === 4 && middle >= level !== corners[0] >= level)
    found.push(found.shift() as [number, number]);
  return found;
}
