// What a run asks of its driver next: pure, from what the server said and what this phone has not sent yet.

import type { Entry, Run, Runs, Status, Step, Stop } from './records';

/** Which step each end of a trip asks for, by how the trip stands. */
const NEXT: Record<'pickup' | 'dropoff', Partial<Record<Status, Step>>> = {
  pickup: { booked: 'en_route', will_call: 'en_route', en_route: 'arrived', arrived: 'on_board' },
  dropoff: { on_board: 'completed' },
};
const OPEN: Record<'pickup' | 'dropoff', readonly Status[]> = {
  pickup: ['booked', 'will_call', 'requested', 'en_route', 'arrived'],
  dropoff: ['booked', 'will_call', 'requested', 'en_route', 'arrived', 'on_board'],
};
const UNDER_WAY: readonly Status[] = ['en_route', 'arrived', 'on_board'];
// A late rider is still brought home after the shift has ended; then what is known of riders goes.
const KEPT_AFTER_SHIFT_MS = 2 * 3_600_000;

/** The runs as they are once all that waits here has arrived. */
export function foreseen(runs: Runs, waiting: readonly Entry[]): Runs {
  const steps = new Map<number, Step>();
  const seen = new Map<number, number>();
  for (const entry of waiting) {
    if (entry.refused) continue;
    if (entry.step && entry.trip_id) steps.set(entry.trip_id, entry.step);
    else if (entry.run_id) seen.set(entry.run_id, Number(entry.body['manifest']));
  }
  return { ...runs, runs: runs.runs.map((run) => foreseenRun(run, steps, seen.get(run.run_id) ?? 0)) };
}

function foreseenRun(run: Run, steps: ReadonlyMap<number, Step>, seen: number): Run {
  const stops = run.stops.map((stop) => {
    const step = stop.trip_id ? steps.get(stop.trip_id) : undefined;
    return step ? { ...stop, status: step } : stop;
  });
  if (seen <= run.acknowledged) return { ...run, stops };
  return { ...run, stops, acknowledged: seen, changes: seen >= run.manifest ? [] : run.changes };
}

export const isOfTrip = (stop: Stop): stop is Stop & { kind: 'pickup' | 'dropoff'; trip_id: number; status: Status } =>
  (stop.kind === 'pickup' || stop.kind === 'dropoff') && Boolean(stop.trip_id && stop.status);

/** Whether something is still to be done at a stop; a break is over when its time is. */
export function isOpen(stop: Stop, now: number): boolean {
  if (isOfTrip(stop)) return OPEN[stop.kind].includes(stop.status);
  return stop.kind === 'break' && Date.parse(stop.until) > now;
}

/** The stop to show large: the first of a trip that is open. */
export const nextStop = (run: Run, now: number): Stop | undefined =>
  run.stops.find((stop) => isOfTrip(stop) && isOpen(stop, now));

/** The step that the main button takes; none where the rider is not aboard yet. */
export const nextStep = (stop: Stop): Step | undefined =>
  isOfTrip(stop) ? NEXT[stop.kind][stop.status] : undefined;

/** How many trips of a run are ended, of how many. */
export function progress(run: Run): { done: number; all: number } {
  const ends = run.stops.filter((stop) => stop.kind === 'dropoff');
  return { done: ends.filter((stop) => !isOpen(stop, 0)).length, all: ends.length };
}

/** Where the vehicle is matters while a rider waits for it or sits in it, and between its first trip and its last. */
export function isGoing(run: Run): boolean {
  const statuses = run.stops.filter(isOfTrip).map((stop) => stop.status);
  const { done, all } = progress(run);
  return statuses.some((status) => UNDER_WAY.includes(status)) || (done > 0 && done < all);
}

/** The run to show first: the first that is not over, else the last. */
export const presentRun = (runs: readonly Run[], now: number): Run | undefined =>
  runs.find((run) => progress(run).done < progress(run).all || Date.parse(run.shift_to) > now) ?? runs.at(-1);

/** Leave out what is over: riders' names do not stay on a phone. */
export const unforgotten = (runs: Runs, now: number): Runs => ({
  ...runs,
  runs: runs.runs.filter((run) => now < Date.parse(run.shift_to) + KEPT_AFTER_SHIFT_MS),
});
