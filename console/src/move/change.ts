// Changing the day: sent with the board it was decided on, shown as pending until its event comes, taken back by one key.

import { ask, Refused } from '../api/ask';
import type { HandChange, HandDone, Lock } from '../api/records';
import { day } from '../store/day';
import { makeStore } from '../store/store';
import { view } from '../store/view';
import { say } from '../words/board';
import { notDone } from '../words/refused';
import { tell } from './toast';

/** What a change was, so that it can be told and taken back. */
export type What =
  | { kind: 'moved'; trips: number[]; runId: number }
  | { kind: 'taken_off'; trips: number[] }
  | { kind: 'locked'; trips: number[]; lock: Lock; before: Lock[] }
  | { kind: 'swapped'; trips: number[] }
  | { kind: 'planned'; trips: number[] };

interface Done { what: What; appliedId: number }

interface Doing {
  /** Trips of changes that are on their way. */
  pending: ReadonlySet<number>;
  undo: Done[];
  redo: Done[];
  /** Changes that break rules, waiting for a person to say so all the same. */
  broken: { changes: HandChange[]; what: What; done: HandDone } | null;
  /** Changes that came too late. */
  conflict: HandDone | null;
}

export const doing = makeStore<Doing>({ pending: new Set(), undo: [], redo: [], broken: null, conflict: null });

export const changeBody = (changes: HandChange[]) => ({
  service_on: view.get().day, board_version: day.get().board!.version, changes,
});

let underWay: Promise<unknown> = Promise.resolve();
/** What is called when every change that is on its way has been answered: the board may show one before that. */
export function afterAll(work: () => Promise<void>): Promise<void> {
  const done = underWay.then(work);
  underWay = done.catch(() => undefined);
  return done;
}

/** Make changes together; with a reason even against rules. What is refused says why, where a person can decide or learn. */
export function make(changes: HandChange[], what: What, why = ''): Promise<void> {
  const made = send(changes, what, why);
  underWay = Promise.allSettled([underWay, made]);
  return made;
}

async function send(changes: HandChange[], what: What, why: string): Promise<void> {
  pend(what.trips, true);
  try {
    const body = { ...changeBody(changes), force: why !== '' };
    const { results } = await ask<{ results: HandDone[] }>('/assignments', { method: 'POST', body, why });
    remember({ what, appliedId: results[0]?.applied_id ?? 0 });
    tell({ text: told(what), undo: true });
  } catch (error) {
    refused(error, changes, what);
  } finally {
    pend(what.trips, false);
  }
}

function refused(error: unknown, changes: HandChange[], what: What): void {
  if (!(error instanceof Refused)) return tell({ text: notDone(error), bad: true });
  if (error.code === 'breaks_rules') return doing.change({ broken: { changes, what, done: error.present as HandDone } });
  if (error.code === 'not_possible') return doing.change({ conflict: error.present as HandDone });
  tell({ text: notDone(error), bad: true });
}

function pend(trips: number[], on: boolean): void {
  const pending = new Set(doing.get().pending);
  trips.forEach((trip) => (on ? pending.add(trip) : pending.delete(trip)));
  doing.change({ pending });
}

const MOST_KEPT = 50;
export const remember = (done: Done): void => doing.change({ undo: [...doing.get().undo, done].slice(-MOST_KEPT), redo: [] });

/** Make what breaks rules all the same, for a reason that the audit log and the history of the trips keep. */
export async function forceBroken(why: string): Promise<void> {
  const { broken } = doing.get();
  doing.change({ broken: null });
  if (broken) await make(broken.changes, broken.what, why);
}

export const takeOff = (trips: number[]): Promise<void> =>
  make(trips.map((trip_id) => ({ kind: 'unassign', trip_id })), { kind: 'taken_off', trips });

export const swap = ([trip_id, other_trip_id]: [number, number]): Promise<void> =>
  make([{ kind: 'swap', trip_id, other_trip_id }], { kind: 'swapped', trips: [trip_id, other_trip_id] });

export function setLock(trips: number[], lock: Lock): Promise<void> {
  const before = trips.map((id) => day.get().index!.trip.get(id)?.lock ?? 'none');
  return make(trips.map((trip_id) => ({ kind: 'lock', trip_id, lock })), { kind: 'locked', trips, lock, before });
}

/** Name what was done in one line. */
export function told(what: What): string {
  const { index } = day.get();
  const ref = (id: number) => say('trip', { ref: index!.trip.get(id)?.ref ?? id });
  const trip = what.trips.length === 1 ? ref(what.trips[0]!) : say('trips_n', { n: what.trips.length });
  switch (what.kind) {
    case 'moved': return say('told_moved', { trip, driver: index!.run.get(what.runId)?.driver ?? what.runId });
    case 'taken_off': return say('told_taken_off', { trip });
    case 'locked': return say('told_locked', { trip, lock: say(`lock_${what.lock}`) });
    case 'planned': return say('told_planned', { n: what.trips.length });
    case 'swapped': return say('told_swapped', { trip: ref(what.trips[0]!), other: ref(what.trips[1]!) });
  }
}
