// What a plan would change on the board as it stands now: by run, and by trip.

import type { TripCard } from '../api/records';
import type { Index } from '../store/index';
import { ms } from '../words/clock';

export interface PlannedStop { kind: string; trip_id?: number | null; start_s: number }
export interface PlannedRun { run_id: number; driver_id: number; stops: PlannedStop[] }

export interface Change {
  trip: TripCard;
  kind: 'gained' | 'lost' | 'moved' | 'times';
  fromRun: number | null;
  toRun: number | null;
  pickupBefore: number | null;
  pickupAfter: number | null;
}

const LEAST_S = 60;

/** List the trips that a plan treats otherwise than the board; what is under way or ended is left out. */
export function changesOf(runs: PlannedRun[], index: Index, dayStart: number): Change[] {
  const planned = new Map<number, { run: number; pickup: number }>();
  for (const run of runs) {
    for (const stop of run.stops) {
      if (stop.kind === 'pickup' && stop.trip_id != null) {
        planned.set(stop.trip_id, { run: run.run_id, pickup: dayStart + stop.start_s * 1000 });
      }
    }
  }
  return [...index.trip.values()].flatMap((trip) => changeOf(trip, planned.get(trip.trip_id)));
}

function changeOf(trip: TripCard, to: { run: number; pickup: number } | undefined): Change[] {
  if (trip.status !== 'booked') return [];
  const before = trip.times ? ms(trip.times.pickup_at) : null;
  const change = { trip, fromRun: trip.run_id, toRun: to?.run ?? null, pickupBefore: before, pickupAfter: to?.pickup ?? null };
  if (trip.run_id === null) return to ? [{ ...change, kind: 'gained' }] : [];
  if (!to) return [{ ...change, kind: 'lost' }];
  if (to.run !== trip.run_id) return [{ ...change, kind: 'moved' }];
  return Math.abs(to.pickup - before!) >= LEAST_S * 1000 ? [{ ...change, kind: 'times' }] : [];
}

export interface OfRun { runId: number; changes: Change[] }

/** Group changes by the run that a trip goes to, or leaves when it goes nowhere. */
export function byRun(changes: Change[], index: Index): OfRun[] {
  const groups = new Map<number, Change[]>();
  for (const change of changes) {
    const runId = change.toRun ?? change.fromRun!;
    groups.set(runId, [...(groups.get(runId) ?? []), change]);
  }
  return index.runs.flatMap((run) => {
    const found = groups.get(run.run_id);
    return found ? [{ runId: run.run_id, changes: found }] : [];
  });
}
