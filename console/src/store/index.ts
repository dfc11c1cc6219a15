// A board by its keys: who drives what, in order, found without a search.

import type { Board, Place, RunCard, TripCard } from '../api/records';
import { ms } from '../words/clock';
import { byTime, isPlaced } from './trips';

export interface Index {
  runs: RunCard[];
  run: Map<number, RunCard>;
  trip: Map<number, TripCard>;
  place: Map<number, Place>;
  /** Trips of each run in order of their pick-up; a run that did not change keeps its array. */
  tripsOf: Map<number, TripCard[]>;
}

const NONE: TripCard[] = [];
/** The list that each map of places was made of: most events leave the list alone, and what shows places need not be drawn anew. */
const listed = new WeakMap<ReadonlyMap<number, Place>, Place[]>();

export function indexOf(board: Board, before: Index | null): Index {
  return {
    runs: [...board.runs].sort(byShift),
    run: new Map(board.runs.map((run) => [run.run_id, run])),
    trip: new Map(board.trips.map((trip) => [trip.trip_id, trip])),
    place: before && board.places === listed.get(before.place) ? before.place : placesById(board.places),
    tripsOf: tripsByRun(board, before),
  };
}

function placesById(places: Place[]): Map<number, Place> {
  const byId = new Map(places.map((place) => [place.place_id, place]));
  listed.set(byId, places);
  return byId;
}

export const tripsOfRun = (index: Index, runId: number): TripCard[] => index.tripsOf.get(runId) ?? NONE;
export const placeName = ({ place }: Pick<Index, 'place'>, placeId: number): string => place.get(placeId)?.name ?? '';

function tripsByRun(board: Board, before: Index | null): Map<number, TripCard[]> {
  const groups = new Map<number, TripCard[]>();
  for (const trip of board.trips) {
    if (!isPlaced(trip)) continue;
    const group = groups.get(trip.run_id!);
    if (group) group.push(trip);
    else groups.set(trip.run_id!, [trip]);
  }
  for (const [runId, group] of groups) {
    group.sort(byTime);
    const old = before?.tripsOf.get(runId);
    if (old && old.length === group.length && old.every((trip, n) => trip === group[n])) groups.set(runId, old);
  }
  return groups;
}

function byShift(a: RunCard, b: RunCard): number {
  return ms(a.shift_from) - ms(b.shift_from) || a.driver.localeCompare(b.driver) || a.run_id - b.run_id;
}
