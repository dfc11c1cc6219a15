// A trip in hand: judged against every run at once, exactly where it hovers, and dropped.

import { ask, query } from '../api/ask';
import type { HandChange, HandDone, Offers, TripCard } from '../api/records';
import { day } from '../store/day';
import { makeStore } from '../store/store';
import { changeBody, make } from './change';
import { atOnce, ofDone, ofOffer, shiftsOf, type Verdict } from './verdict';

export interface Moving {
  trips: number[];
  by: 'pointer' | 'keys';
  over: number | null;
  x: number;
  y: number;
  verdicts: ReadonlyMap<number, Verdict>;
  shifts: ReadonlyMap<number, number> | null;
}

export const moving = makeStore<{ hand: Moving | null }>({ hand: null });

const SETTLED_AFTER_MS = 35;
const MOST_OFFERS = 20;
let exact = new Map<number, HandDone>();
let hovering = 0;
let asking = new AbortController();

/** Take trips in hand. What the page can judge by itself is judged in this frame, the rest as the server answers. */
export function takeUp(tripIds: number[], by: Moving['by'], x = 0, y = 0): void {
  const { index } = day.get();
  const trips = tripIds.map((id) => index!.trip.get(id)).filter((trip): trip is TripCard => trip !== undefined);
  if (trips.length === 0) return;
  asking.abort();
  asking = new AbortController();
  exact = new Map();
  const verdicts = new Map(index!.runs.map((run) => [run.run_id, atOnce(trips, run)]));
  const over = by === 'keys' ? (trips[0]!.run_id ?? index!.runs[0]?.run_id ?? null) : null;
  moving.set({ hand: { trips: trips.map((trip) => trip.trip_id), by, over, x, y, verdicts, shifts: null } });
  if (trips.length === 1) void askOffers(trips[0]!, asking.signal);
}

async function askOffers(trip: TripCard, signal: AbortSignal): Promise<void> {
  try {
    const { offers } = await ask<Offers>(`/trips/${trip.trip_id}/offers?${query({ k: MOST_OFFERS })}`, { signal });
    const judged = new Map(offers.filter((offer) => offer.run_id !== trip.run_id).map((offer) => [offer.run_id, ofOffer(offer)]));
    put((hand) => ({ verdicts: new Map([...hand.verdicts, ...judged]) }));
  } catch {
    // Without the server's answer the page's own rules stand; the drop itself is judged by the server.
  }
}

function put(part: (hand: Moving) => Partial<Moving>): void {
  const { hand } = moving.get();
  if (hand) moving.set({ hand: { ...hand, ...part(hand) } });
}

/** Hover over a run: its exact answer is asked for as soon as the hand rests for a moment. */
export function hover(runId: number | null, x?: number, y?: number): void {
  const { hand } = moving.get();
  if (!hand) return;
  put(() => ({ over: runId, ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) }));
  if (runId === hand.over) return;
  const known = runId === null ? undefined : hand.verdicts.get(runId)?.ripple;
  put(() => ({ shifts: known ? shiftsOf(known) : null }));
  clearTimeout(hovering);
  if (runId !== null && !exact.has(runId)) hovering = window.setTimeout(() => void judge(runId), SETTLED_AFTER_MS);
}

async function judge(runId: number): Promise<void> {
  const { hand } = moving.get();
  if (!hand || hand.verdicts.get(runId)?.kind === 'same') return;
  const body = { ...changeBody(assignAll(hand.trips, runId)), validate_only: true };
  try {
    const { results } = await ask<{ results: HandDone[] }>('/assignments', { method: 'POST', body, signal: asking.signal });
    const done = results[0]!;
    exact.set(runId, done);
    put((now) => ({
      verdicts: new Map([...now.verdicts, [runId, ofDone(done, now.verdicts.get(runId))]]),
      shifts: now.over === runId ? shiftsOf(done.ripple) : now.shifts,
    }));
  } catch {
    // As above: the drop is judged by the server.
  }
}

const assignAll = (tripIds: number[], runId: number): HandChange[] =>
  tripIds.map((trip_id) => ({ kind: 'assign', trip_id, run_id: runId }));

export function letGo(): void {
  asking.abort();
  clearTimeout(hovering);
  moving.set({ hand: null });
}

/** Drop what is in hand on the run it is over. */
export function drop(): void {
  const { hand } = moving.get();
  letGo();
  if (!hand || hand.over === null || hand.verdicts.get(hand.over)?.kind === 'same') return;
  void assign(hand.trips, hand.over);
}

/** Put trips on a run: the same for a drop, a button and a key. */
export async function assign(tripIds: number[], runId: number): Promise<void> {
  await make(assignAll(tripIds, runId), { kind: 'moved', trips: tripIds, runId });
}
