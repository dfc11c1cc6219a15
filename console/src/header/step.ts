// From one exception to the next, in order of time.

import { now } from '../live/stream';
import { day } from '../store/day';
import { byTime } from '../store/trips';
import { choose, view } from '../store/view';
import { goTo } from '../timeline/cursor';
import { EXCEPTIONS } from '../timeline/filter';

/** Take the next trip in hand that needs attention: of the exception that is filtered for, else of any but will-calls. */
export function step(by: 1 | -1): void {
  const { filter, trip } = view.get();
  const { board } = day.get();
  const tests = filter ? [EXCEPTIONS[filter]] : [EXCEPTIONS.late, EXCEPTIONS.risk, EXCEPTIONS.left_over];
  const found = board!.trips.filter((one) => tests.some((test) => test(one, now()))).sort(byTime);
  if (found.length === 0) return;
  const at = found.findIndex((one) => one.trip_id === trip);
  const next = found[(at + by + found.length) % found.length] ?? found[0]!;
  choose(next.trip_id);
  if (next.run_id !== null) goTo({ runId: next.run_id, tripId: next.trip_id });
  else document.querySelector<HTMLElement>(`#pool [data-trip="${next.trip_id}"] .open-trip`)?.focus();
}
