// What the map and its list show, as data: nothing here knows how it is drawn.

import type { TripCard } from '../api/records';
import type { Position } from '../store/moments';
import { tripsOfRun, type Index } from '../store/index';
import { byTime, isUnderWay } from '../store/trips';
import { say } from '../words/board';
import { ms } from '../words/clock';
import type { Way, WayPlace } from './way';

/** A position that is older is no longer where the vehicle is. */
const STALE_MS = 5 * 60_000;

export interface ShownPlace { placeId: number; name: string; lon: number; lat: number; trips: number[] }
export type VehicleState = 'en_route' | 'arrived' | 'on_board' | 'free';
export interface ShownVehicle {
  runId: number; name: string; driver: string; state: VehicleState; lon: number; lat: number; at: string;
  /** Minutes since the position, where it is stale. */
  staleMin: number | null;
}
/** All stops of a run at one place, one after the other or not, by their numbers; none where only a shift begins, rests or ends. */
export interface ShownStop { place: WayPlace; numbers: number[]; trips: number[] }

const shownPlaces = new WeakMap<Index, ShownPlace[]>();

/** The places of the day with their trips in order of time; found once for each state of the day. */
export function placesOf(index: Index): ShownPlace[] {
  const known = shownPlaces.get(index) ?? findPlaces(index);
  shownPlaces.set(index, known);
  return known;
}

function findPlaces(index: Index): ShownPlace[] {
  const trips = new Map<number, TripCard[]>();
  for (const trip of index.trip.values()) {
    for (const id of new Set([trip.origin_id, trip.destination_id])) {
      const there = trips.get(id);
      if (there) there.push(trip);
      else trips.set(id, [trip]);
    }
  }
  return [...index.place.values()].map(({ place_id, name, lon, lat }) => ({
    placeId: place_id, name, lon, lat, trips: (trips.get(place_id) ?? []).sort(byTime).map((trip) => trip.trip_id),
  }));
}

export function vehiclesOf(index: Index, positions: Iterable<Position>, now: number): ShownVehicle[] {
  const found: ShownVehicle[] = [];
  for (const { run_id, at, lon, lat } of positions) {
    const run = index.run.get(run_id);
    if (!run) continue;
    const age = now - ms(at);
    const state = stateOf(tripsOfRun(index, run_id));
    const staleMin = age > STALE_MS ? Math.floor(age / 60_000) : null;
    found.push({ runId: run_id, name: run.vehicle, driver: run.driver, state, lon, lat, at, staleMin });
  }
  return found;
}

const HOURS_FROM_MIN = 120;

export const ageText = (min: number): string =>
  min < HOURS_FROM_MIN ? say('map_stale', { n: min }) : say('map_stale_hours', { n: Math.round(min / 60) });

/** What a vehicle is doing: whoever is aboard decides, then whoever waits for it at the door. */
function stateOf(trips: TripCard[]): VehicleState {
  const under = trips.filter(isUnderWay).map((trip) => trip.status);
  return (['on_board', 'arrived', 'en_route'] as const).find((state) => under.includes(state)) ?? 'free';
}

export function stopsOf(way: Way): ShownStop[] {
  const stops = new Map<number, ShownStop>();
  let number = 0;
  for (const stop of way.stops) {
    const place = way.place.get(stop.place_id)!;
    const known = stops.get(stop.place_id) ?? { place, numbers: [], trips: [] };
    if (stop.trip_id !== null) {
      known.numbers.push(++number);
      if (!known.trips.includes(stop.trip_id)) known.trips.push(stop.trip_id);
    }
    stops.set(stop.place_id, known);
  }
  return [...stops.values()];
}

/** The numbers in short: `3, 5–7`. */
export function numbersText(numbers: number[]): string {
  const spans: [number, number][] = [];
  for (const one of numbers) {
    const last = spans.at(-1);
    if (last && last[1] === one - 1) last[1] = one;
    else spans.push([one, one]);
  }
  return spans.map(([from, to]) => (from === to ? `${from}` : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`)).join(', ');
}
