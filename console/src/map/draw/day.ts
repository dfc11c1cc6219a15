// The day on the map: places, the chosen run with its numbers, the ripple of a move, vehicles last.

import Feature from 'ol/Feature';
import LineString from 'ol/geom/LineString';
import Point from 'ol/geom/Point';
import { fromLonLat } from 'ol/proj';
import Circle from 'ol/style/Circle';
import Fill from 'ol/style/Fill';
import RegularShape from 'ol/style/RegularShape';
import Stroke from 'ol/style/Stroke';
import Style from 'ol/style/Style';

import type { Place } from '../../api/records';
import type { Colours } from '../colours';
import type { At } from '../polyline';
import type { Ripple } from '../ripple';
import { ageText, numbersText, stopsOf, type ShownVehicle, type VehicleState } from '../shown';
import type { Way } from '../way';
import { word } from './text';

/** What a click on a feature chooses. */
export type Meant = { kind: 'trips'; trips: number[] } | { kind: 'place'; placeId: number } | { kind: 'run'; runId: number };

function featureOf(geometry: Point | LineString, style: Style | Style[], about: Record<string, unknown>): Feature {
  const feature = new Feature({ geometry, ...about });
  feature.setStyle(style);
  return feature;
}
const pointAt = ({ lon, lat }: { lon: number; lat: number }): Point => new Point(fromLonLat([lon, lat]));
const lineOf = (line: At[]): LineString => new LineString(line.map((at) => fromLonLat(at)));

const DOT_PX = 4;
const NAME_PX = 14;
const END_PX = 7;

/** Places of the day; those of the trip in hand stand out, and have their names from `endNames`. */
export function placeFeatures(places: Place[], ends: ReadonlyMap<number, 'from' | 'to'>, quiet: boolean, colours: Colours): Feature[] {
  return places.map((place) => {
    const end = ends.has(place.place_id);
    const image = new Circle({
      radius: end ? END_PX : DOT_PX,
      fill: new Fill({ color: end ? colours.accent : colours.surface }),
      stroke: new Stroke({ color: end ? colours.surface : colours['line-strong'], width: end ? 2.5 : 1.6 }),
      declutterMode: end ? 'obstacle' : 'none',
    });
    const text = end || quiet ? {} : { text: word(place.name, colours, { below: NAME_PX, weight: 450, colour: colours.muted, px: 11 }) };
    const meant: Meant = { kind: 'place', placeId: place.place_id };
    return featureOf(pointAt(place), new Style({ image, ...text, zIndex: end ? 5 : 1 }), {
      what: 'place', id: place.place_id, meant, hint: place.name,
    });
  });
}

/** The names of where the trip in hand begins and ends, the northern one above: they stay, and all others give way to them. */
export function endNames(places: Place[], ends: ReadonlyMap<number, unknown>, colours: Colours): Feature[] {
  const found = places.filter((place) => ends.has(place.place_id)).sort((a, b) => b.lat - a.lat);
  return found.map((place, n) => {
    const below = found.length > 1 && n === 0 ? -NAME_PX - 2 : NAME_PX;
    return featureOf(pointAt(place), new Style({ text: word(place.name, colours, { below, weight: 650, always: true }) }), { what: 'end', id: place.place_id });
  });
}

/** A trip that is on no run: where it would go, as a straight line. */
export function tripLine(from: Place, to: Place, tripId: number, colours: Colours): Feature {
  const stroke = new Stroke({ color: colours.accent, width: 2.5, lineDash: [2, 7], lineCap: 'round' });
  return featureOf(lineOf([[from.lon, from.lat], [to.lon, to.lat]]), new Style({ stroke, zIndex: 3 }), { what: 'trip', id: tripId, dashed: true });
}

/** The chosen run: along the roads, dashed where the line is an estimate; numbers in the order of the stops. */
export function runFeatures(way: Way, quiet: boolean, colours: Colours): Feature[] {
  const meant: Meant = { kind: 'run', runId: way.runId };
  const legs = way.legs.filter(({ line }) => line.length > 1).map(({ line, estimated }, n) => {
    const dash = estimated ? { lineDash: [9, 7] } : {};
    const under = new Style({ stroke: new Stroke({ color: colours['map-halo'], width: 6.5 }), zIndex: 2 });
    const over = new Style({ stroke: new Stroke({ color: quiet ? colours['line-strong'] : colours['planned-edge'], width: 3, ...dash }), zIndex: 3 });
    return featureOf(lineOf(line), [under, over], { what: 'leg', id: n, dashed: estimated, meant });
  });
  const stops = stopsOf(way).map((stop, n) => {
    const text = numbersText(stop.numbers);
    const style = text ? numberStyle(text, n, quiet, colours) : depotStyle(colours);
    const whose: Meant = stop.trips.length ? { kind: 'trips', trips: stop.trips } : meant;
    return featureOf(pointAt(stop.place), style, { what: 'stop', id: stop.place.place_id, label: text, meant: whose, hint: stop.place.name });
  });
  return [...legs, ...stops];
}

/** Each stop lies whole, with its number, over the one after it. */
function numberStyle(text: string, n: number, quiet: boolean, colours: Colours): Style {
  const fill = new Fill({ color: quiet ? colours.muted : colours['map-stop'] });
  const image = new Circle({ radius: text.length > 2 ? 13 : 9.5, fill, stroke: new Stroke({ color: colours.surface, width: 2 }), declutterMode: 'obstacle' });
  const px = text.length > 4 ? 9 : 11;
  return new Style({ image, text: word(text, colours, { px, weight: 700, colour: colours['map-number'], halo: null, always: true }), zIndex: 7 - n / 1000 });
}

function depotStyle(colours: Colours): Style {
  const image = new RegularShape({
    points: 4, radius: 8, angle: Math.PI / 4, fill: new Fill({ color: colours.surface }),
    stroke: new Stroke({ color: colours['planned-edge'], width: 2 }), declutterMode: 'obstacle',
  });
  return new Style({ image, zIndex: 5 });
}

/** What the move in hand would do: the order of stops with the trip among them, and by how much others move. */
export function rippleFeatures(ripple: Ripple, colours: Colours): Feature[] {
  const stroke = new Stroke({ color: colours.accent, width: 3, lineDash: [1, 8], lineCap: 'round' });
  const line = ripple.line.length > 1
    ? [featureOf(lineOf(ripple.line), [new Style({ stroke: new Stroke({ color: colours['map-halo'], width: 6 }), zIndex: 7 }), new Style({ stroke, zIndex: 8 })], { what: 'ripple', id: ripple.runId, dashed: true })]
    : [];
  const shifts = ripple.shifts.map(({ place, text }) => featureOf(
    pointAt(place),
    new Style({ text: word(text, colours, { below: -18, weight: 700, colour: colours.warn, always: true }), zIndex: 9 }),
    { what: 'shift', id: place.place_id, label: text },
  ));
  return [...line, ...shifts];
}

const SHAPES: Record<VehicleState, { points: number; angle: number; radius: number } | null> = {
  en_route: { points: 3, angle: 0, radius: 10 }, arrived: { points: 4, angle: Math.PI / 4, radius: 10 },
  free: { points: 4, angle: 0, radius: 10 }, on_board: null,
};

/** Vehicles: the shape says what they do; hollow, with its age, is a position that no longer holds. */
export function vehicleFeatures(vehicles: ShownVehicle[], chosen: number | null, colours: Colours): Feature[] {
  return vehicles.map((vehicle) => {
    const stale = vehicle.staleMin !== null;
    const busy = vehicle.state !== 'free';
    const colour = busy ? colours['under-way-edge'] : colours.muted;
    const fill = new Fill({ color: stale ? colours.surface : colour });
    const stroke = new Stroke({ color: stale ? colour : colours.surface, width: 2.2 });
    const shape = SHAPES[vehicle.state];
    const how = { fill, stroke, declutterMode: 'obstacle' as const };
    const image = shape ? new RegularShape({ ...shape, ...how }) : new Circle({ radius: 8, ...how });
    const age = vehicle.staleMin === null ? '' : ageText(vehicle.staleMin);
    const label = [vehicle.name, age].filter(Boolean).join(' · ');
    const mine = vehicle.runId === chosen;
    const meant: Meant = { kind: 'run', runId: vehicle.runId };
    return featureOf(
      pointAt(vehicle),
      new Style({ image, text: word(label, colours, { below: 18, weight: mine ? 700 : 600, px: 11 }), zIndex: mine ? 21 : 20 }),
      { what: 'vehicle', id: vehicle.runId, label, hollow: stale, state: vehicle.state, meant, hint: `${label}, ${vehicle.driver}` },
    );
  });
}
