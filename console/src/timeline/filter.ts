import type { RunCard, TripCard } from '../api/records';
import { isFiltering, passes, type Filters } from '../filters/filters';
import { tripsOfRun, type Index } from '../store/index';
import { isAtRisk, isLeftOver, isRequested, isWillCall, lateMs } from '../store/trips';
import type { Filter } from '../store/view';

export type Exception = Exclude<Filter, null>;

/** Which trips each exception counts: header, filter and stepping share it. */
export const EXCEPTIONS: Record<Exception, (trip: TripCard, now: number) => boolean> = {
  late: (trip, now) => lateMs(trip, now) > 0,
  risk: isAtRisk,
  left_over: isLeftOver,
  will_calls: isWillCall,
  requested: isRequested,
};

/** The runs with such a trip; all of them when the exception is about trips without a run. */
export function runsShown(index: Index, filter: Filter, now: number, more: Filters): RunCard[] {
  const test = filter === 'late' || filter === 'risk' ? EXCEPTIONS[filter] : null;
  if (!test && !isFiltering(more)) return index.runs;
  const shown = (trip: TripCard) => (!test || test(trip, now)) && passes(trip, more);
  return index.runs.filter((run) => tripsOfRun(index, run.run_id).some(shown));
}
