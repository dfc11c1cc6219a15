// What all runs are for a trip, asked once of a board whoever wants to know: the hand, the inspector, a button.

import { ask } from '../api/ask';
import type { Options } from '../api/records';
import { day } from '../store/day';
import { runsDrawn } from '../timeline/scroll';

/** `drawn` answers for the runs that are drawn alone, and sooner. */
interface Question { version: number; at: number; drawn: Promise<Options>; answer: Promise<Options>; asking: AbortController; askers: number; answered: boolean }

/** What something costs grows while its time comes nearer: the server prepares a day anew after as long. */
const FRESH_MS = 60_000;
const MOST_KEPT = 8;
const RESTS_MS = 150;
/** Time for the hand to ask about the run that it is over, before the server works for those out of sight. */
const THEN_MS = 80;
const kept = new Map<number, Question>();

/** Give the answer for the board as it is shown, for all runs; asked anew when that has changed, cancelled when nobody waits any more. */
export function optionsOf(tripId: number, signal: AbortSignal): Promise<Options> {
  const question = known(tripId) ?? pose(tripId);
  question.askers += 1;
  signal.addEventListener('abort', () => leave(tripId, question), { once: true });
  return question.answer;
}

/** The same for the runs that are drawn, once all are asked about. */
export const optionsDrawn = (tripId: number): Promise<Options> => kept.get(tripId)!.drawn;

export const isAsked = (tripId: number): boolean => known(tripId) !== undefined;

function known(tripId: number): Question | undefined {
  const question = kept.get(tripId);
  const isFresh = question?.version === day.get().board?.version && performance.now() - (question?.at ?? 0) < FRESH_MS;
  return isFresh ? question : undefined;
}

function pose(tripId: number): Question {
  const asking = new AbortController();
  const { signal } = asking;
  const path = `/trips/${tripId}/options?ripple=true`;
  const runs = runsDrawn();
  const drawn = ask<Options>(runs.length > 0 ? `${path}&runs=${runs.join()}` : path, { signal });
  const isAll = runs.length === 0 || runs.length === day.get().board!.runs.length;
  const answer = isAll ? drawn : drawn.then(() => wait(THEN_MS)).then(() => ask<Options>(path, { signal }));
  const question = { version: day.get().board!.version, at: performance.now(), drawn, answer, asking, askers: 0, answered: false };
  answer.then(() => { question.answered = true; }, () => forget(tripId, question));
  kept.delete(tripId);
  kept.set(tripId, question);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  return question;
}

const wait = (forMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, forMs));

function leave(tripId: number, question: Question): void {
  question.askers -= 1;
  if (question.askers > 0 || question.answered) return;
  question.asking.abort();
  forget(tripId, question);
}

function forget(tripId: number, question: Question): void {
  if (kept.get(tripId) === question) kept.delete(tripId);
}

let expecting = new AbortController();
let resting = 0;

/** Ask for what is about to be wanted: a trip that is pressed will be chosen or dragged. */
export function expect(tripId: number): void {
  clearTimeout(resting);
  const before = expecting;
  expecting = new AbortController();
  optionsOf(tripId, expecting.signal).catch(() => undefined); // whoever wants it then is told
  before.abort(); // after the question was joined: it may be the same
}

/** The same for a trip that the pointer rests on; passing over asks nothing. */
export function expectSoon(tripId: number | null): void {
  clearTimeout(resting);
  if (tripId === null || isAsked(tripId)) return;
  resting = window.setTimeout(() => expect(tripId), RESTS_MS);
}
