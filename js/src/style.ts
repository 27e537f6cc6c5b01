/** The styles of panels: each on the page once, and none beyond its own panels. */

/** Puts a style on the page once; with a class given, only what has the class heeds it. */
export function style(css: string, scope?: string): void {
  const text = scope ? `@scope (.${scope}) {${css}}` : css;
  const id = "shelduck-style";
  let element = document.getElementById(id);
  if (!element) {
    element = document.createElement("style");
    element.id = id;
    document.head.append(element);
  }
  if (!element.textContent?.includes(text)) element.append(text);
}

/** A class for the panels that have this style, so that other panels' rules do not reach them. */
export function scopeOf(css: string): string {
  let hash = 0;
  for (const letter of css) hash = (hash * 31 + letter.charCodeAt(0)) | 0;
  return `sd-style-${(hash >>> 0).toString(36)}`;
}
