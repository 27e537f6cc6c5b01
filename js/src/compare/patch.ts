/** Changes of a part of something. */

export interface Change {
  [key: string]: unknown;
}

/** Puts a change into what it changes: objects are merged, everything else is replaced. */
export function merged(old: object, change: Change): object {
  const result: Change = { ...old };
  for (const [key, value] of Object.entries(change)) {
    const before = result[key];
    result[key] = isObject(before) && isObject(value) ? merged(before, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Change {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
