import { now } from '../live/stream';
import { day } from '../store/day';
import { HOUR_PX, view } from '../store/view';
import { ms, type Instant } from '../words/clock';
import { axisOf, share } from './axis';
import { labelPx, scroller, scrollTo } from './scroll';

/** Bring the work into sight: now, when it is today; else the first trip. */
export function goToNow(): void {
  const board = day.get().board!;
  const axis = axisOf(board);
  const at = share(axis, now());
  const starts = board.trips.flatMap((trip) => (trip.times ? [ms(trip.times.pickup_at)] : []));
  const first = starts.reduce((least, start) => Math.min(least, start), axis.to);
  scrollTo(axis, at >= 0 && at <= 1 ? now() : first, HOUR_PX[view.get().zoom]!);
}

/** Bring an instant into sight, if it is not. */
export function showTime(at: Instant): void {
  const grid = scroller.element;
  if (!grid) return;
  const axis = axisOf(day.get().board!);
  const hourPx = HOUR_PX[view.get().zoom]!;
  const px = ((ms(at) - axis.from) / 3_600_000) * hourPx - grid.scrollLeft;
  if (px < 0 || px > grid.clientWidth - labelPx() - hourPx) scrollTo(axis, at, hourPx);
}
