/** What is taken along: texts on the clipboard, files in the downloads. */

import { copy } from "../clipboard";
import { h } from "../dom";

/** A button that copies a text and says that it did; undefined is none, for which see `get`. */
export function copyButton(
  label: string,
  text: () => string | Promise<string | undefined>,
  shown = "Copy",
): HTMLButtonElement {
  const props = { type: "button", class: "sd-plain", title: label, "aria-label": label };
  const button = h("button", props, shown);
  button.addEventListener("click", async () => {
    const found = await text();
    if (found === undefined) return;
    const copied = await copy(found, button.parentElement as HTMLElement);
    button.textContent = copied ? "Copied" : "Not allowed here";
    setTimeout(() => {
      button.textContent = shown;
    }, 1500);
  });
  return button;
}

/** Lets the browser save bytes as a file. */
export function save(bytes: BlobPart, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes]));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
