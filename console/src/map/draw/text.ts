// Words on the map.

import { textHeights } from 'ol/render/canvas';
import Fill from 'ol/style/Fill';
import Stroke from 'ol/style/Stroke';
import Text from 'ol/style/Text';

import type { Colours } from '../colours';

const LINE = 1.2;

/** A font of the page. OpenLayers would measure its height by `innerHTML`, which the policy of the page forbids. */
function font(px: number, weight: number): string {
  const name = `${weight} ${px}px system-ui, sans-serif`;
  textHeights[name] = px * LINE;
  return name;
}

interface How { px?: number; weight?: number; colour?: string; halo?: string | null; below?: number; always?: boolean }

/** A word; `below` moves it down from its point, `always`: it does not give way to others. */
export function word(text: string, colours: Colours, { px = 12, weight = 500, colour = colours.text, halo = colours['map-halo'], below = 0, always = false }: How = {}): Text {
  return new Text({
    text,
    font: font(px, weight),
    offsetY: below,
    fill: new Fill({ color: colour }),
    ...(halo === null ? {} : { stroke: new Stroke({ color: halo, width: 3 }) }),
    declutterMode: always ? 'obstacle' : 'declutter',
    overflow: true,
  });
}
