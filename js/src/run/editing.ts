/** Editing a text where it stands. */

import { h } from "../dom";

/**
 * A text that is a button: pressed, it becomes a box to edit it in.
 *
 * `current` gives the text to edit, undefined when it cannot be had; `keep` takes what was typed, `ended` is called when nothing
 * was, for there may be something new to show.
 */
export function editable(
  text: string,
  label: string,
  current: () => Promise<string | undefined> | string,
  keep: (typed: string) => void,
  ended: () => void,
): HTMLButtonElement {
  const button = h("button", { type: "button", class: "sd-editable", title: label });
  button.append(h("bdi", {}, text));
  button.setAttribute("aria-label", `${text}; ${label}`);
  const begin = async (): Promise<void> => {
    const before = await current();
    if (before === undefined) return;
    edit(button, before, label, (typed) => {
      if (typed === undefined) ended();
      else keep(typed);
    });
  };
  button.addEventListener("click", () => void begin());
  button.addEventListener("keydown", (e) => {
    if (e.key !== "F2") return;
    e.preventDefault();
    void begin();
  });
  return button;
}

/** Puts a box in the place of a button; Enter keeps what was typed, Escape what was there. */
function edit(
  button: HTMLButtonElement,
  before: string,
  label: string,
  done: (typed: string | undefined) => void,
): void {
  const input = h("input", { type: "text", class: "sd-edit-box", value: before });
  input.setAttribute("aria-label", label);
  const end = (kept: boolean): void => {
    if (!input.isConnected || input.dataset.done) return;
    input.dataset.done = "yes"; // taking it away blurs it, which would end it again
    const typed = input.value;
    const focused = document.activeElement === input;
    input.replaceWith(button);
    if (focused) button.focus();
    done(kept && typed !== before ? typed : undefined);
  };
  input.addEventListener("blur", () => end(true));
  input.addEventListener("keydown", (e) => {
    e.stopPropagation();
    if (e.key !== "Enter" && e.key !== "Escape") return;
    e.preventDefault(); // the button has the focus then, and would be pressed
    end(e.key === "Enter");
  });
  button.replaceWith(input);
  input.focus();
  input.select();
}

/** Whether something in an element is being edited, and must not be drawn anew. */
export function isEditing(element: Element): boolean {
  return element.querySelector("input.sd-edit-box, textarea.sd-edit-box") !== null;
}
