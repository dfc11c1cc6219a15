// What a run does between its trips: driving and waiting, from the timed stops of the day.

import { ask, query } from '../api/ask';
import { ms } from '../words/clock';
import { day } from './day';
import { makeStore } from './store';
import { isPlaced } from './trips';

export interface Leg { kind: 'drive' | 'wait'; from: number; to: number }
interface TimedStop { arrive_s: number; start_s: number; depart_s: number }
interface TimedRun { run_id: number; stops: TimedStop[] }

const SETTLED_AFTER_MS = 500;
const LEAST_S = 60;

export const legs = makeStore<{ of: ReadonlyMap<number, Leg[]> }>({ of: new Map() });
let soon = 0;

/** Ask soon for the stops of the day: a plan of 300 runs is 300 events, and one question. */
export function renewLegs(serviceOn: string): void {
  clearTimeout(soon);
  soon = window.setTimeout(() => {
    if (!day.get().board!.trips.some(isPlaced)) return;
    ask<{ runs: TimedRun[] }>(`/timetable?${query({ day: serviceOn })}`).then(({ runs }) => {
      const start = ms(day.get().board!.day_start_at);
      legs.set({ of: new Map(runs.map((run) => [run.run_id, legsOf(run, start)])) });
    }).catch(() => undefined); // the board is whole without them
  }, SETTLED_AFTER_MS);
}

function legsOf(run: TimedRun, start: number): Leg[] {
  const found: Leg[] = [];
  const add = (kind: Leg['kind'], fromS: number, toS: number) => {
    if (toS - fromS >= LEAST_S) found.push({ kind, from: start + fromS * 1000, to: start + toS * 1000 });
  };
  run.stops.forEach((stop, n) => {
    const before = run.stops[n - 1];
    if (before) add('drive', before.depart_s, stop.arrive_s);
    add('wait', stop.arrive_s, stop.start_s);
  });
  return found;
}
