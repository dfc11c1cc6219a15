// A copy of the day for outages: kept in this browser every quarter of an hour, shown when the server cannot be reached.
//
// It names riders, so it goes with the session and is forgotten once its day is over.

import { ask, query } from '../api/ask';
import type { Page } from '../api/records';
import { makeStore } from '../store/store';

const KEPT = 'estafette-backup';
const EVERY_MS = 15 * 60_000;
const FIRST_AFTER_MS = 5_000;
/** In small parts and with rests between them: whoever works meanwhile does not wait for it. */
const RUNS_AT_ONCE = 25;
const BETWEEN_MS = 300;
const FORGOTTEN_MS = 60 * 3_600_000;

export interface CopiedStop { kind: string; at: string; until: string; place: string; address: string; rider: string; needs: string[] }
export interface CopiedRun { run_id: number; driver: string; vehicle: string; shift_from: string; shift_to: string; stops: CopiedStop[] }
export interface Copy { day: string; zone: string; at: number; runs: CopiedRun[] }

export const copyShown = makeStore<{ open: boolean }>({ open: false });

/** Keep copies of a day from now on. */
export function keepCopies(day: string, zone: string): void {
  const keep = () => void copyDay(day, zone).catch(() => undefined); // the copy before stays
  setTimeout(keep, FIRST_AFTER_MS);
  setInterval(keep, EVERY_MS);
}

export async function copyDay(day: string, zone: string): Promise<void> {
  const runs: CopiedRun[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<CopiedRun> = await ask(`/manifests?${query({ day, limit: RUNS_AT_ONCE, cursor })}`);
    runs.push(...page.items.map(slim));
    cursor = page.next ?? undefined;
    if (cursor) await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
  } while (cursor);
  localStorage.setItem(KEPT, JSON.stringify({ day, zone, at: Date.now(), runs } satisfies Copy));
}

/** What is needed to drive on by telephone and paper; the rest would only fill the browser. */
const slim = ({ run_id, driver, vehicle, shift_from, shift_to, stops }: CopiedRun): CopiedRun => ({
  run_id, driver, vehicle, shift_from, shift_to,
  stops: stops.map(({ kind, at, until, place, address, rider, needs }) => ({ kind, at, until, place, address, rider, needs })),
});

export function readCopy(): Copy | null {
  const copy = JSON.parse(localStorage.getItem(KEPT) ?? 'null') as Copy | null;
  if (copy && Date.now() - Math.max(copy.at, Date.parse(copy.day)) < FORGOTTEN_MS) return copy;
  forgetCopy();
  return null;
}

export const forgetCopy = (): void => localStorage.removeItem(KEPT);
