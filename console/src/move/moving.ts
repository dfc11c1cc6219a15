// A trip in hand: judged against every run at once, exactly where it hovers, and dropped.

import { ask } from '../api/ask';
import type { HandChange, HandDone, Options, TripCard } from '../api/records';
import { day } from '../store/day';
import { hold, release } from '../store/moments';
import { makeStore } from '../store/store';
import { showTime } from '../timeline/goToNow';
import { say } from '../words/board';
import { changeBody, make } from './change';
import { optionsDrawn, optionsOf } from './options';
import { tell } from './toast';
import { atOnce, ofDone, ofOption, shiftsOf, type Verdict } from './verdict';

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
let hovering = 0;
let steered = false;
let seeksBest = false;
let asking = new AbortController();
/** The board that is judged on. */
let judgedOn = 0;
/** The answers for the runs drawn and for all: what one run alone is asked after it, or both would wait at the server. */
let judged = { drawn: Promise.resolve(), all: Promise.resolve() };

interface How { x?: number; y?: number; /** It goes over the run that takes it for least, though it has one. */ seeksBest?: boolean }

/** Take trips in hand. What the page can judge by itself is judged in this frame, the rest as the server answers. */
export function takeUp(tripIds: number[], by: Moving['by'], { x = 0, y = 0, ...how }: How = {}): void {
  const { index } = day.get();
  const trips = tripIds.map((id) => index!.trip.get(id)).filter((trip): trip is TripCard => trip !== undefined);
  if (trips.length === 0) return;
  steered = false;
  seeksBest = how.seeksBest ?? trips[0]!.run_id === null;
  const over = by === 'keys' ? (trips[0]!.run_id ?? index!.runs[0]?.run_id ?? null) : null;
  moving.set({ hand: { trips: trips.map((trip) => trip.trip_id), by, over, x, y, verdicts: allAtOnce(trips), shifts: null } });
  const at = trips[0]!.times?.pickup_at ?? trips[0]!.promised_from;
  // What the pointer takes off a run is in sight: the board stays where it is.
  if (at && (by === 'keys' || trips[0]!.run_id === null)) showTime(at);
  hold(trips.map((trip) => trip.trip_id));
  askAll(trips);
}

const allAtOnce = (trips: TripCard[]): Map<number, Verdict> =>
  new Map(day.get().index!.runs.map((run) => [run.run_id, atOnce(trips, run)]));

function askAll(trips: TripCard[]): void {
  asking.abort();
  asking = new AbortController();
  judgedOn = day.get().board!.version;
  judged = { drawn: Promise.resolve(), all: Promise.resolve() };
  if (trips.length !== 1) return;
  const [trip, { signal }] = [trips[0]!, asking];
  const all = optionsOf(trip.trip_id, signal);
  judged.drawn = told(optionsDrawn(trip.trip_id), trip, signal);
  judged.all = told(all, trip, signal).then(() => goToBest(trip, all, signal));
}

/** Put the trip against runs: what each would cost, or why it cannot. */
async function told(answer: Promise<Options>, trip: TripCard, signal: AbortSignal): Promise<void> {
  try {
    const found = await answer;
    if (signal.aborted) return;
    const others = found.options.filter((option) => option.run_id !== trip.run_id);
    const said = new Map(others.map((option) => [option.run_id, ofOption(option, found)]));
    // What was asked of one run alone meanwhile stands.
    put(({ verdicts }) => ({ verdicts: new Map([...allAtOnce([trip]), ...said, ...[...verdicts].filter(([, { isExact }]) => isExact)]) }));
  } catch {
    // Without the server's answer the page's own rules stand; the drop itself is judged by the server.
  }
}

/** By keys a trip without a run begins where it would cost least. */
async function goToBest(trip: TripCard, answer: Promise<Options>, signal: AbortSignal): Promise<void> {
  const found = await answer.catch(() => null);
  if (!found || signal.aborted || !seeksBest || moving.get().hand?.by !== 'keys' || steered) return;
  seeksBest = false;
  const best = found.options.find((option) => option.offer && option.run_id !== trip.run_id);
  if (best) hover(best.run_id);
  else if (trip.run_id !== null) tell({ text: say('why_none'), bad: true });
}

/** What was judged on another board is shown until all has been asked anew. */
function askAnew({ trips, over }: Moving): void {
  const cards = trips.flatMap((id) => day.get().index!.trip.get(id) ?? []);
  if (cards.length < trips.length) return letGo();
  put(({ verdicts }) => ({ verdicts: new Map([...verdicts].map(([runId, verdict]) => [runId, { ...verdict, isExact: false }])) }));
  askAll(cards);
  if (over !== null) void judge(over);
}

day.follow(() => {
  const { hand } = moving.get();
  if (hand && day.get().board!.version !== judgedOn) askAnew(hand);
});

/** Change what is in hand; what moves with it is that of the run it is over. */
function put(part: (hand: Moving) => Partial<Moving>): void {
  const { hand } = moving.get();
  if (!hand) return;
  const next = { ...hand, ...part(hand) };
  const ripple = verdictOver(next)?.ripple;
  if (ripple !== verdictOver(hand)?.ripple) next.shifts = ripple ? shiftsOf(ripple) : null;
  moving.set({ hand: next });
}

const verdictOver = ({ over, verdicts }: Moving): Verdict | undefined => (over === null ? undefined : verdicts.get(over));

/** Hover over a run: where no offer says it exactly, it is asked as soon as the hand rests for a moment. */
export function hover(runId: number | null, x?: number, y?: number): void {
  const { hand } = moving.get();
  if (!hand) return;
  steered = true;
  put(() => ({ over: runId, ...(x === undefined ? {} : { x }), ...(y === undefined ? {} : { y }) }));
  if (runId === hand.over) return;
  clearTimeout(hovering);
  if (runId !== null && !hand.verdicts.get(runId)?.isExact) hovering = window.setTimeout(() => void judge(runId), SETTLED_AFTER_MS);
}

async function judge(runId: number): Promise<void> {
  const { signal } = asking;
  await judged.drawn;
  if (moving.get().hand?.verdicts.get(runId)?.kind === 'maybe') await judged.all;
  const { hand } = moving.get();
  if (!hand || signal.aborted || hand.over !== runId || verdictOver(hand)?.isExact) return;
  const body = { ...changeBody(assignAll(hand.trips, runId)), validate_only: true };
  try {
    const { results } = await ask<{ results: HandDone[] }>('/assignments', { method: 'POST', body, signal });
    put(({ verdicts }) => ({ verdicts: new Map([...verdicts, [runId, ofDone(results[0]!, verdicts.get(runId))]]) }));
  } catch {
    // As above: the drop is judged by the server.
  }
}

const assignAll = (tripIds: number[], runId: number): HandChange[] =>
  tripIds.map((trip_id) => ({ kind: 'assign', trip_id, run_id: runId }));

export function letGo(): void {
  asking.abort();
  clearTimeout(hovering);
  if (moving.get().hand) release();
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
