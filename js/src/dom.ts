/** Elements, made with text and never with markup. */

type Child = Node | string | null | undefined | false;
type Props = Record<string, unknown>;

/** Makes an element: `on…` are listeners, `class`, `data-…`, `aria-…` attributes, others properties. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  apply(element, props);
  element.append(...children.filter((c): c is Node | string => !!c || c === ""));
  return element;
}

/** Makes an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) listen(element, name, value);
    else if (value !== undefined && value !== null) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((c): c is Node | string => !!c));
  return element;
}

function apply(element: HTMLElement, props: Props): void {
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) listen(element, name, value);
    else if (name === "style") element.style.cssText = String(value);
    else if (name === "class" || name === "role" || name === "for" || name.includes("-"))
      element.setAttribute(name, String(value));
    else (element as unknown as Props)[name] = value;
  }
}

function listen(element: Element, name: string, listener: unknown): void {
  element.addEventListener(name.slice(2), listener as EventListener);
}

/** Shows other children in place of those an element has. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((c): c is Node | string => !!c));
}

/** Calls `act` once things have been quiet for `wait` milliseconds. */
export function debounced<A extends unknown[]>(wait: number, act: (...args: A) => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (...args: A): void => {
    clearTimeout(timer);
    timer = setTimeout(() => act(...args), wait);
  };
}

/** Calls `act` once before the next frame, however often it is asked. */
export function eachFrame(act: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      act();
    });
  };
}
