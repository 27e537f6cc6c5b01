/** Colours for what is drawn on a canvas: those of the page, whatever its theme. */

export interface Theme {
  dark: boolean;
  text: string;
  faint: string;
  line: string;
  ground: string;
  accent: string;
  font: string;
}

/** Reads the colours that `base.css` settled on, from an element on the page. */
export function themeOf(root: HTMLElement): Theme {
  const style = getComputedStyle(root);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  const ground = read("--sd-ground");
  return {
    dark: luminance(ground) < 0.4,
    text: read("--sd-text"),
    faint: read("--sd-faint"),
    line: read("--sd-line"),
    ground,
    accent: read("--sd-accent"),
    font: style.fontFamily,
  };
}

/** Calls `changed` when the page's theme changes; returns what stops it. */
export function watchTheme(root: HTMLElement, changed: () => void): () => void {
  const observer = new MutationObserver(() => {
    mark(root);
    changed();
  });
  const options = {
    attributes: true,
    attributeFilter: [
      "data-jp-theme-light",
      "data-jp-theme-name",
      "data-vscode-theme-kind",
      "theme",
      "class",
    ],
  };
  observer.observe(document.body, options);
  observer.observe(document.documentElement, options);
  mark(root);
  return () => observer.disconnect();
}

/** Colab says by an attribute that it is dark, and has no variables for colours. */
function mark(root: HTMLElement): void {
  const { body, documentElement: html } = document;
  const dark =
    body.dataset.jpThemeLight === "false" ||
    html.getAttribute("theme") === "dark" ||
    /dark|high-contrast$/.test(body.dataset.vscodeThemeKind ?? "");
  root.classList.toggle("sd-dark", dark);
}

const probe = /rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+)/;

/** How light a CSS colour is, from 0 to 1. */
export function luminance(colour: string): number {
  const [r, g, b] = rgb(colour);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}

/** Red, green and blue of `#rgb`, `#rrggbb` or `rgb(…)`. */
export function rgb(colour: string): [number, number, number] {
  const found = probe.exec(colour);
  if (found) return [Number(found[1]), Number(found[2]), Number(found[3])];
  const hex = colour.replace("#", "");
  const full = hex.length === 3 ? [...hex].map((c) => c + c).join("") : hex;
  const value = Number.parseInt(full.slice(0, 6), 16);
  return Number.isNaN(value) ? [255, 255, 255] : [value >> 16, (value >> 8) & 255, value & 255];
}
