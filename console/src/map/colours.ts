// The colours of the page for the canvas, which knows no variables: asked anew when light becomes dark.

const NAMES = [
  'surface', 'text', 'muted', 'line', 'line-strong', 'accent', 'accent-ink', 'warn', 'planned-edge', 'under-way-edge', 'map-ground',
  'map-water', 'map-border', 'map-motorway', 'map-main', 'map-side', 'map-name', 'map-halo', 'map-number', 'map-stop',
] as const;
export type Colours = Record<(typeof NAMES)[number], string>;

/** Resolve the variables as an element of the page has them. */
export function readColours(within: Element): Colours {
  const probe = document.createElement('i');
  within.append(probe);
  const read = (name: string): [string, string] => {
    probe.style.color = `var(--${name})`;
    return [name, getComputedStyle(probe).color];
  };
  const colours = Object.fromEntries(NAMES.map(read)) as Colours;
  probe.remove();
  return colours;
}
