// The server's word on a draft, asked for while one types: what it clashes with, which runs could take it, at what cost.

import { ask, query, Refused } from '../api/ask';
import type { Page } from '../api/records';
import { day } from '../store/day';
import { view } from '../store/view';
import { sayIfKnown } from '../words/board';
import { notDone, reasonOf } from '../words/refused';
import { bodyOf, booking, dayOf, fieldOf, firstGap, type Draft } from './draft';
import type { DraftTrip, TrueOffer } from './records';

const SETTLED_AFTER_MS = 180;
const OFFERS = 3;
let soon = 0;
let asking = new AbortController();
let answer = Promise.resolve();
let last = '';

/** Try the draft as soon as typing rests; nothing is asked twice unless the board has moved on. */
export function tryOut(): void {
  const { open, draft, sending } = booking.get();
  if (sending) return; // what is sent goes with the answer that it has
  if (!open) {
    last = '';
    return;
  }
  const text = firstGap(draft) === null ? `${day.get().board!.version} ${JSON.stringify(bodyOf(draft))}` : '';
  if (text === last) return;
  last = text;
  clearTimeout(soon);
  soon = 0;
  asking.abort();
  if (text === '') return booking.change({ trial: null, asking: false });
  soon = window.setTimeout(askNow, SETTLED_AFTER_MS);
  booking.change({ asking: true });
}

/** Wait for the server's word on the draft as it stands; what typing has not rested for is asked at once. */
export async function settled(): Promise<void> {
  if (soon) askNow();
  await answer;
}

function askNow(): void {
  clearTimeout(soon);
  soon = 0;
  answer = askAbout(booking.get().draft);
}

async function askAbout(draft: Draft): Promise<void> {
  asking = new AbortController();
  const { signal } = asking;
  try {
    await readDrivers(dayOf(draft)!);
    const body = { ...bodyOf(draft), offers: OFFERS };
    const { trips } = await ask<{ trips: DraftTrip[] }>('/bookings/draft', { method: 'POST', body, signal, keyless: true });
    booking.change({ trial: trips, asking: false });
  } catch (error) {
    if (signal.aborted) return;
    booking.change({ trial: null, asking: false, wrong: wrongOf(error) });
  }
}

export function wrongOf(error: unknown) {
  if (!(error instanceof Refused)) return { field: null, text: notDone(error) };
  const field = fieldOf(error.pointer);
  if (field && error.code === 'invalid') return { field, text: sayIfKnown(`wrong_${field}`, reasonOf(error)) };
  return { field, text: reasonOf(error) };
}

/** The offer of a trip that is to be booked with it: the one chosen, else the best. */
export function chosenOffer(trip: number): TrueOffer | null {
  const { trial, chosen } = booking.get();
  const offers = trial?.[trip]?.offers ?? [];
  const run = chosen[trip];
  if (run === null) return null;
  return offers.find((offer) => offer.run_id === run) ?? offers[0] ?? null;
}

export const chooseOffer = (trip: number, run: number | null): void =>
  booking.change({ chosen: { ...booking.get().chosen, [trip]: run } });

/** The next or previous offer of the first trip; past the last one is nobody. */
export function stepOffer(by: 1 | -1): void {
  const runs: (number | null)[] = [...(booking.get().trial?.[0]?.offers ?? []).map((offer) => offer.run_id), null];
  const at = runs.indexOf(chosenOffer(0)?.run_id ?? null);
  chooseOffer(0, runs[Math.min(Math.max(at + by, 0), runs.length - 1)] ?? null);
}

const drivers = new Map<string, Map<number, string>>();

/** The drivers of a day that is not on the board. */
async function readDrivers(on: string): Promise<void> {
  if (on === view.get().day || drivers.has(on)) return;
  const { items } = await ask<Page<{ run_id: number; driver: string }>>(`/runs?${query({ day: on, limit: 200, fields: 'run_id,driver' })}`);
  drivers.set(on, new Map(items.map((run) => [run.run_id, run.driver])));
}

export function driverOf(on: string, runId: number): string {
  if (on === view.get().day) return day.get().index?.run.get(runId)?.driver ?? '';
  return drivers.get(on)?.get(runId) ?? '';
}
