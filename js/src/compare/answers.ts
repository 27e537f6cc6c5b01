/** Answers of Python: the last one asked for counts. */

/** Returns what waits for an answer and gives it to `took`, or its failure's words to `failed`. */
export function withLatest() {
  let last = 0;
  return async <T>(
    answer: Promise<T>,
    took: (answer: T) => void,
    failed: (message: string) => void,
  ): Promise<void> => {
    last += 1;
    const mine = last;
    try {
      const got = await answer;
      if (mine === last) took(got);
    } catch (error) {
      if (mine === last) failed((error as Error).message);
    }
  };
}

/** Numbers of a buffer; a copy is aligned. */
export function floats(view: DataView | undefined): Float64Array<ArrayBuffer> {
  if (!view) return new Float64Array(0);
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  return new Float64Array(bytes as ArrayBuffer);
}
