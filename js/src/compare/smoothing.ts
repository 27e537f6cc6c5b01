/** The exponential mean that TensorBoard and W&B draw. */

/**
 * Smooths by `weight` (0…1, the share of what came before), without the pull towards zero at the
 * beginning. What is not finite stays as it is and is not averaged.
 */
export function smoothed(values: Float64Array, weight: number): Float64Array<ArrayBuffer> {
  const result = new Float64Array(values.length);
  let [mean, faded] = [0, 1];
  values.forEach((value, i) => {
    if (!Number.isFinite(value)) {
      result[i] = value;
      return;
    }
    mean = mean * weight + value * (1 - weight);
    faded *= weight;
    result[i] = mean / (1 - faded);
  });
  return result;
}
