// How tall each run is, where it lies, and which runs are in sight.

import type { RunCard, TripCard } from '../api/records';
import { tripsOfRun, type Index } from '../store/index';
import type { Density } from '../store/view';
import { ms } from '../words/clock';

/** A bar is never narrower than its icon, so that it can be seen and hit; lanes must reckon with that. */
export const LEAST_BAR_PX = 24;
const SIZES = { roomy: { row: 34, lane: 28 }, dense: { row: 26, lane: 24 } };
const OVERSCAN_PX = 200;
/**
 * As long as so much beyond what is seen is drawn, nothing is drawn anew. Between both lies one row: while one scrolls rows come one or
 * two at a time, which fits into a frame; six together do not.
 */
const ENOUGH_PX = 165;

export interface Row {
  run: RunCard;
  trips: TripCard[];
  lanes: number[];
  top: number;
  height: number;
}
export interface Rows { rows: Row[]; height: number; laneHeight: number; hourPx: number }

/** A row that is as it was in `before`, of the same density and scale, is the same object: it is not drawn anew. */
export function rowsOf(index: Index, runs: RunCard[], density: Density, hourPx: number, before?: Rows): Rows {
  const size = SIZES[density];
  const kept = before?.laneHeight === size.lane && before.hourPx === hourPx ? new Map(before.rows.map((row) => [row.run.run_id, row])) : null;
  let top = 0;
  const rows = runs.map((run) => {
    const trips = tripsOfRun(index, run.run_id);
    const old = kept?.get(run.run_id);
    const row = old && isSame(old, run, trips, top) ? old : rowOf(run, trips, top, size, hourPx);
    top += row.height;
    return row;
  });
  return { rows, height: top, laneHeight: size.lane, hourPx };
}

const isSame = (row: Row, run: RunCard, trips: TripCard[], top: number): boolean =>
  row.run === run && row.trips === trips && row.top === top;

function rowOf(run: RunCard, trips: TripCard[], top: number, size: { row: number; lane: number }, hourPx: number): Row {
  const { lanes, count } = inLanes(trips, hourPx);
  return { run, trips, lanes, top, height: size.row + (count - 1) * size.lane };
}

/** Put trips, in order of their pick-up, into lanes where no bar covers the one before it. */
export function inLanes(trips: TripCard[], hourPx: number): { lanes: number[]; count: number } {
  const leastMs = (LEAST_BAR_PX / hourPx) * 3_600_000;
  const ends: number[] = [];
  const lanes = trips.map((trip) => {
    const start = ms(trip.times!.pickup_at);
    const free = ends.findIndex((end) => end <= start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = Math.max(ms(trip.times!.dropoff_until), start + leastMs);
    return lane;
  });
  return { lanes, count: Math.max(1, ends.length) };
}

/** The rows in sight, and a little more; a binary search, since there may be hundreds. Those drawn before stay while they reach. */
export function inSight(rows: { top: number }[], top: number, height: number, was?: [number, number]): [first: number, last: number] {
  if (was && reaches(rows, was, top, height)) return was;
  return [rowAt(rows, top - OVERSCAN_PX), rowAt(rows, top + height + OVERSCAN_PX)];
}

function reaches(rows: { top: number }[], [first, last]: [number, number], top: number, height: number): boolean {
  return first <= rowAt(rows, top - ENOUGH_PX) && last >= rowAt(rows, top + height + ENOUGH_PX) && last < rows.length;
}

export function rowAt(rows: { top: number }[], y: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle]!.top <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
