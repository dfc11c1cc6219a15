import { now } from '../live/stream';
import { day } from '../store/day';
import { HOUR_PX, view } from '../store/view';
import { ms } from '../words/clock';
import { axisOf, share } from './axis';
import { scrollTo } from './scroll';

/** Bring the work into sight: now, when it is today; else the first trip. */
export function goToNow(): void {
  const board = day.get().board!;
  const axis = axisOf(board);
  const at = share(axis, now());
  const starts = board.trips.flatMap((trip) => (trip.times ? [ms(trip.times.pickup_at)] : []));
  const first = starts.reduce((least, start) => Math.min(least, start), axis.to);
  scrollTo(axis, at >= 0 && at <= 1 ? now() : first, HOUR_PX[view.get().zoom]!);
}
