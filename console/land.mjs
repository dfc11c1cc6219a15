// Write src/map/land.json: land and borders of Natural Earth (public domain) as `world-atlas` (ISC) has them, made
// small. Run by hand (node land.mjs) when `world-atlas` is renewed.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const { arcs, transform, objects } = JSON.parse(readFileSync(join(HERE, 'node_modules/world-atlas/countries-50m.json'), 'utf8'));
const DIGITS = 2;
const LEAST_DEGREES = 0.12; // islands that are smaller than this are left out

const decoded = arcs.map((arc) => {
  let [x, y] = [0, 0];
  return arc.map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * transform.scale[0] + transform.translate[0], y * transform.scale[1] + transform.translate[1]];
  });
});
const arcOf = (n) => (n < 0 ? decoded[~n].toReversed() : decoded[n]);
const ringOf = (numbers) => numbers.flatMap((n, at) => (at === 0 ? arcOf(n) : arcOf(n).slice(1)));
const polygons = ({ type, arcs: parts }) => (type === 'Polygon' ? [parts] : type === 'MultiPolygon' ? parts : []);
const large = (ring) => {
  const side = (axis) => Math.max(...ring.map((at) => at[axis])) - Math.min(...ring.map((at) => at[axis]));
  return side(0) > LEAST_DEGREES || side(1) > LEAST_DEGREES;
};

/** Google's encoded polyline, as the server writes it too. */
function polyline(line) {
  const text = (step) => {
    let left = step < 0 ? ~(step << 1) : step << 1;
    let letters = '';
    for (; left >= 0x20; left >>= 5) letters += String.fromCharCode((0x20 | (left & 0x1f)) + 63);
    return letters + String.fromCharCode(left + 63);
  };
  let [lastLon, lastLat, all] = [0, 0, ''];
  for (const [lon, lat] of line) {
    const [newLon, newLat] = [Math.round(lon * 10 ** DIGITS), Math.round(lat * 10 ** DIGITS)];
    if (all && newLon === lastLon && newLat === lastLat) continue;
    all += text(newLat - lastLat) + text(newLon - lastLon);
    [lastLon, lastLat] = [newLon, newLat];
  }
  return all;
}

const shared = new Map();
for (const country of objects.countries.geometries) {
  for (const n of polygons(country).flat(2)) shared.set(n < 0 ? ~n : n, (shared.get(n < 0 ? ~n : n) ?? 0) + 1);
}
const land = polygons(objects.land.geometries[0]).map((rings) => rings.map(ringOf)).filter(([outer]) => large(outer));
const borders = [...shared].filter(([, times]) => times > 1).map(([n]) => decoded[n]);
const file = { source: 'Natural Earth (public domain), by world-atlas', digits: DIGITS, land: land.map((rings) => rings.map(polyline)), borders: borders.map(polyline) };
writeFileSync(join(HERE, 'src/map/land.json'), JSON.stringify(file) + '\n');
