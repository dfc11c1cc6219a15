// A QR code as the server drew it: dark on light whatever the page's colours, or phones do not read it.

import { drawn } from './element';

export interface QrCode { size: number; path: string }

export function qrCode({ size, path }: QrCode, label: string): SVGElement {
  const shown = drawn('svg', { viewBox: `0 0 ${size} ${size}`, class: 'qr', role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' });
  shown.append(drawn('path', { d: path }));
  return shown;
}
