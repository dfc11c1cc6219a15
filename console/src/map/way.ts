// The way of the chosen run: its stops in order, and the lines between them as the server knows the roads.

import { ask, query } from '../api/ask';
import { makeStore } from '../store/store';
import { view } from '../store/view';
import { decodePolyline, type At } from './polyline';

export interface WayStop { kind: 'pull_out' | 'pickup' | 'dropoff' | 'break' | 'pull_in'; place_id: number; start_s: number; trip_id: number | null }
export interface WayPlace { place_id: number; name: string; lon: number; lat: number }
interface RunWay { run_id: number; stops: WayStop[]; places: WayPlace[]; legs: { polyline: string; estimated: boolean }[] }

export interface Way {
  runId: number;
  stops: WayStop[];
  place: ReadonlyMap<number, WayPlace>;
  legs: { line: At[]; estimated: boolean }[];
}

export const way = makeStore<{ now: Way | null }>({ now: null });
const SETTLED_AFTER_MS = 120;
let wanted: number | null = null;
let soon = 0;

/** Ask for the way of a run, soon: whoever walks down the rows asks once, where they stop. */
export function wantWay(runId: number | null): void {
  wanted = runId;
  clearTimeout(soon);
  if (way.get().now && way.get().now!.runId !== runId) way.set({ now: null });
  if (runId !== null) soon = window.setTimeout(() => void readWay(runId), SETTLED_AFTER_MS);
}

async function readWay(runId: number): Promise<void> {
  try {
    const found = await ask<RunWay>(`/map/way?${query({ day: view.get().day, run_id: runId })}`);
    if (wanted === runId) way.set({ now: wayOf(found) });
  } catch {
    // Without it the places are there all the same.
  }
}

const wayOf = ({ run_id, stops, places, legs }: RunWay): Way => ({
  runId: run_id,
  stops,
  place: new Map(places.map((place) => [place.place_id, place])),
  legs: legs.map(({ polyline, estimated }) => ({ line: decodePolyline(polyline), estimated })),
});
