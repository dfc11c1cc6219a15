// Building pages without a kit: elements by name, attributes as data, texts never as markup.

export type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => void)>;

/** Make an element; a function is a listener (`onclick`), `true` an attribute without a value. */
export function el<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) made.setAttribute(key, value === true ? '' : String(value));
  }
  made.append(...children.filter((child): child is Node | string => Boolean(child)));
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';
const SHAPES = {
  call: 'M6 3h4l2 5-2.5 1.5a11 11 0 0 0 5 5L16 12l5 2v4a3 3 0 0 1-3 3A16 16 0 0 1 3 6a3 3 0 0 1 3-3z',
  way: 'M12 2 20 21l-8-4-8 4z',
  more: 'M5 10h3v3H5zM11 10h3v3h-3zM17 10h3v3h-3z',
  undo: 'M9 5 4 10l5 5v-3h5a4 4 0 0 1 0 8v2a6 6 0 0 0 0-12H9z',
  done: 'm5 12 5 5 9-11 2 1.6L10.2 20 3.4 13.4z',
} as const;
export type Shape = keyof typeof SHAPES;

/** Make an element of a drawing. */
export function drawn<Name extends keyof SVGElementTagNameMap>(name: Name, attributes: Record<string, string>): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** An icon drawn here: no font is asked for one. It says nothing, the words beside it do. */
export function icon(shape: Shape): SVGSVGElement {
  const made = drawn('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' });
  made.append(drawn('path', { d: SHAPES[shape] }));
  return made;
}

/** Put a page in place of the last one; the focus, the scroll and what is half typed stay where they were. */
export function redraw(root: HTMLElement, ...children: Child[]): void {
  const focused = document.activeElement?.id;
  const scrolled = root.querySelector('main')?.scrollTop ?? 0;
  const typed = new Map([...root.querySelectorAll('input')].map((input) => [input.id, input.value]));
  root.replaceChildren(...children.filter((child): child is Node | string => Boolean(child)));
  root.querySelector('main')?.scrollTo({ top: scrolled });
  for (const input of root.querySelectorAll('input')) input.value = typed.get(input.id) ?? input.value;
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

/** Say something to who does not see the page; the region is there before it is filled. */
export function announce(text: string): void {
  const region = document.getElementById('said');
  if (region && region.textContent !== text) region.textContent = text;
}
