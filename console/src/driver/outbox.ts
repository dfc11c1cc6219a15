// What the driver did and the server does not know yet: sent in the order of the taps, each until it is answered.
//
// 2xx: done. 409 while the same is being answered: ask again. Another refusal: show it and go on. No answer: try later.

import { anyKey, ask, Refused } from '../api/ask';
import { keep, read } from './kept';
import type { Entry, Problem, Status, Step } from './records';

/** So long a step can be taken back: it is not sent before. */
export const HELD_MS = 10_000;
// What a phone keeps for longer than the server accepts is of no use (domain/own_run.py).
const KEPT_MS = 24 * 3_600_000;

export type Flushed = 'empty' | 'waiting' | 'unreachable' | 'signed_out';

export const outbox = (): Entry[] => read('outbox') ?? [];
export const unsent = (): Entry[] => outbox().filter((entry) => !entry.refused);
export const refusals = (): Entry[] => outbox().filter((entry) => entry.refused);

/** The step that can still be taken back: the last, for a while. */
export function undoable(now: number): Entry | undefined {
  const last = outbox().at(-1);
  return last?.step && !last.refused && last.heldUntil > now ? last : undefined;
}

/** Keep a step that was tapped now; what was tapped before it is no longer held. */
export function addStep(trip_id: number, step: Step, about: string, said: Record<string, unknown> = {}): void {
  const at = Date.now();
  if (step === 'arrived') keep('arrived', { ...read('arrived'), [trip_id]: at });
  add({
    path: `/my/trips/${trip_id}/progress`, trip_id, step, about, at, heldUntil: at + HELD_MS,
    body: { status: step, at: new Date(at).toISOString(), ...said },
  });
}

export function addSeen(run_id: number, manifest: number, about: string): void {
  const at = Date.now();
  const body = { manifest, at: new Date(at).toISOString() };
  add({ path: `/my/runs/${run_id}/acknowledge`, run_id, about, at, heldUntil: 0, body });
}

export function addProblem(run_id: number, trip_id: number | null, problem: Problem, note: string, about: string): void {
  const at = Date.now();
  const body = { what: problem, note, trip_id, at: new Date(at).toISOString() };
  add({ path: `/my/runs/${run_id}/problem`, problem, about, at, heldUntil: 0, body });
}

function add(entry: Omit<Entry, 'key'>): void {
  keep('outbox', [...released(outbox()), { key: anyKey(), ...entry }]);
}

const released = (entries: Entry[]): Entry[] => entries.map((entry) => ({ ...entry, heldUntil: 0 }));

/** Hold nothing any longer: the page goes out of sight, and may never come back. */
export const release = (): void => keep('outbox', released(outbox()));

export const drop = (key: string): void => keep('outbox', outbox().filter((entry) => entry.key !== key));

let flushing: Promise<Flushed> | null = null;

/** Send what may go, in order; one at a time, whoever asks. */
export function flush(now = Date.now(), whileLeaving = false): Promise<Flushed> {
  flushing ??= inTurn(() => sendAll(now, whileLeaving)).finally(() => {
    flushing = null;
  });
  return flushing;
}

/** Let one window send at a time; without locks (plain HTTP from afar) the keys keep a repetition harmless. */
const inTurn = (does: () => Promise<Flushed>): Promise<Flushed> =>
  navigator.locks ? (navigator.locks.request('estafette-outbox', does) as Promise<Flushed>) : does();

async function sendAll(now: number, whileLeaving: boolean): Promise<Flushed> {
  for (;;) {
    const entry = unsent()[0];
    if (!entry) return 'empty';
    if (entry.heldUntil > now) return 'waiting';
    const answer = await send(entry, whileLeaving);
    if (answer !== 'done') return answer;
  }
}

async function send(entry: Entry, keepalive: boolean): Promise<Flushed | 'done'> {
  try {
    const answer = await ask<{ status?: Status }>(entry.path, {
      method: 'POST', body: entry.body, key: entry.key, ...(keepalive ? { keepalive } : {}),
    });
    settle(entry, answer.status);
    return 'done';
  } catch (error) {
    if (!(error instanceof Refused)) return 'unreachable';
    if (error.status === 401) return 'signed_out';
    if (error.code === 'idempotency_key_in_flight') return 'waiting';
    if ((error.status === 429 || error.status >= 500) && Date.now() - entry.at < KEPT_MS) return 'unreachable';
    keep('outbox', outbox().map((one) => (one.key === entry.key ? { ...one, refused: error.code || 'unknown' } : one)));
    return 'done';
  }
}

/** What the server has taken is no longer kept here, and stands in the run until the run is read again. */
function settle(entry: Entry, status: Status | undefined): void {
  const runs = read('runs');
  if (runs && entry.trip_id && status) {
    keep('runs', { ...runs, runs: runs.runs.map((run) => ({
      ...run, stops: run.stops.map((stop) => (stop.trip_id === entry.trip_id ? { ...stop, status } : stop)),
    })) });
  }
  if (runs && entry.run_id) {
    const seen = Number(entry.body['manifest']);
    keep('runs', { ...runs, runs: runs.runs.map((run) => (run.run_id === entry.run_id
      ? { ...run, acknowledged: seen, changes: seen >= run.manifest ? [] : run.changes } : run)) });
  }
  drop(entry.key);
}
