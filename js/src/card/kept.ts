/** Elements that stay while what they say changes: nothing flickers, and a selection is kept. */

/** Something on screen that can be told what to say from now on. */
export interface Part<T> {
  element: Element;
  show(what: T): void;
}

/** A list of parts in an element, made and dropped as there are more or fewer things to show. */
export class Parts<T> {
  private readonly parts: Part<T>[] = [];

  constructor(
    private readonly place: Element,
    private readonly make: () => Part<T>,
  ) {}

  show(things: T[]): void {
    while (this.parts.length > things.length) this.parts.pop()?.element.remove();
    while (this.parts.length < things.length) {
      const part = this.make();
      this.parts.push(part);
      this.place.append(part.element);
    }
    things.forEach((thing, i) => {
      this.parts[i]?.show(thing);
    });
  }
}

/** Changes a text if it is another; else the browser would lay it out anew for nothing. */
export function say(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
