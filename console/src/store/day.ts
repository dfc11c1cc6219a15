// The day on the screen: a snapshot, the events after it, folded, told once per frame.

import { ask, query, Refused } from '../api/ask';
import type { Board, Event, RunEstimates, SolveProgressed } from '../api/records';
import { fold, keepUnchanged, MissingEvents } from './fold';
import { indexOf, type Index } from './index';
import { makeStore } from './store';

const AGAIN_AFTER_MS = 2000;
const SETTLED_AFTER_MS = 300;

export interface Day {
  board: Board | null;
  index: Index | null;
  /** Trips that an event has just changed, for a moment of attention. */
  changed: Set<number>;
  solve: SolveProgressed | null;
  estimates: Map<number, RunEstimates>;
  trouble: string | null;
}

export const day = makeStore<Day>({
  board: null, index: null, changed: new Set(), solve: null, estimates: new Map(), trouble: null,
});

let serviceOn = '';
let board: Board | null = null;
let fetching = false;
let early: Event[] = [];
let frame = 0;
let estimatesSoon = 0;
let onSnapshot = (): void => undefined;
const hearers = new Set<(event: Event) => void>();

/** The last event that the board contains: where the stream goes on from. */
export const cursor = (): number => board?.version ?? 0;

/** Be told of each event as it comes, after the board has it. */
export function hear(hearer: (event: Event) => void): () => void {
  hearers.add(hearer);
  return () => hearers.delete(hearer);
}

export const askBoard = (on: string): Promise<Board> => ask<Board>(`/board?${query({ day: on })}`);

/** `early` is the board of that day, where it has been asked for already. */
export function openDay(on: string, then: () => void, early?: Promise<Board>): Promise<void> {
  serviceOn = on;
  onSnapshot = then;
  return takeSnapshot(early);
}

/** Take a fresh board, then follow from it: the way to begin is also the way to recover. */
export async function takeSnapshot(asked?: Promise<Board>): Promise<void> {
  if (fetching) return;
  fetching = true;
  try {
    const fresh = await (asked ?? askBoard(serviceOn));
    board = keepUnchanged(fresh, board);
    fetching = false;
    renewEstimates();
    show();
    onSnapshot();
    early.splice(0).forEach(take);
  } catch (error) {
    fetching = false;
    if (!board) throw error;
    if (error instanceof Refused && error.status === 401) return;
    setTimeout(() => void takeSnapshot(), AGAIN_AFTER_MS);
  }
}

/** Fold an event in. What another tab passes on while the board is on its way may be newer than that board. */
export function take(event: Event): void {
  if (fetching || !board) {
    early.push(event);
    return;
  }
  try {
    board = fold(board, event);
  } catch (error) {
    if (!(error instanceof MissingEvents)) throw error;
    void takeSnapshot();
    return;
  }
  hearers.forEach((hearer) => hearer(event));
  if (event.what.kind === 'solve_progressed' && event.what.service_on === serviceOn) day.change({ solve: event.what });
  if (event.what.kind === 'assigned') renewEstimates();
  // A plan of 300 runs is 300 events: they are drawn together in one frame.
  frame ||= requestAnimationFrame(show);
}

function show(): void {
  frame = 0;
  const before = day.get();
  if (!board || board === before.board) return;
  const changed = before.board ? changedTrips(board, before.board) : new Set<number>();
  day.change({ board, index: indexOf(board, before.index), changed });
}

// Cards are never changed, only replaced: another object is another card.
function changedTrips(now: Board, before: Board): Set<number> {
  const old = new Map(before.trips.map((trip) => [trip.trip_id, trip]));
  return new Set(now.trips.filter((trip) => old.get(trip.trip_id) !== trip).map((trip) => trip.trip_id));
}

/** Ask soon which driving times are estimates: a plan of 300 runs is 300 events, and one question. */
function renewEstimates(): void {
  clearTimeout(estimatesSoon);
  estimatesSoon = window.setTimeout(() => {
    ask<{ runs: RunEstimates[] }>(`/estimates?${query({ day: serviceOn })}`)
      .then(({ runs }) => day.change({ estimates: new Map(runs.map((run) => [run.run_id, run])) }))
      .catch(() => window.setTimeout(renewEstimates, 10 * SETTLED_AFTER_MS));
  }, SETTLED_AFTER_MS);
}
