import type { RunCard, TripCard } from '../api/records';
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
export function runsShown(index: Index, filter: Filter, now: number): RunCard[] {
  if (filter !== 'late' && filter !== 'risk') return index.runs;
  const test = EXCEPTIONS[filter];
  return index.runs.filter((run) => tripsOfRun(index, run.run_id).some((trip) => test(trip, now)));
}
