/** Putting a text on the clipboard, and a file into the downloads. */

import { h } from "../dom";

/** A button that copies a text and says that it did. */
export function copyButton(
  label: string,
  text: () => string | Promise<string>,
  shown = "Copy",
): HTMLButtonElement {
  const props = { type: "button", class: "sd-plain", title: label, "aria-label": label };
  const button = h("button", props, shown);
  button.addEventListener("click", async () => {
    const copied = await copy(await text(), button);
    button.textContent = copied ? "Copied" : "Not allowed here";
    setTimeout(() => {
      button.textContent = shown;
    }, 1500);
  });
  return button;
}

async function copy(text: string, near: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelecting(text, near);
  }
}

/** On a page served without TLS, or in a frame, there is no clipboard but that of the selection. */
function copyBySelecting(text: string, near: HTMLElement): boolean {
  const area = h("textarea", { class: "sd-hidden", value: text });
  near.after(area);
  area.select();
  const copied = document.execCommand?.("copy") ?? false;
  area.remove();
  near.focus();
  return copied;
}

/** Lets the browser save bytes as a file. */
export function save(bytes: BlobPart, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes]));
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
