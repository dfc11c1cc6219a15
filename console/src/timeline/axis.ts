// Where an instant lies on the board, and which hours the board shows.

import type { Board } from '../api/records';
import { clock } from '../words/board';
import { ms, type Instant } from '../words/clock';

const HOUR_MS = 3_600_000;

export interface Axis { from: number; to: number; hours: number }

const axes = new WeakMap<Board, Axis>();

const USUAL = [5, 22] as const;

/** The hours from 05 to 22, and more when a shift or a trip needs it. */
export function axisOf(board: Board): Axis {
  const known = axes.get(board) ?? reckon(board);
  axes.set(board, known);
  return known;
}

function reckon(board: Board): Axis {
  const start = ms(board.day_start_at);
  const shifts = board.runs.flatMap((run) => [run.shift_from, run.shift_to]);
  const stops = board.trips.flatMap((trip) => (trip.times ? [trip.times.pickup_at, trip.times.dropoff_until] : []));
  // Where the clocks change at night, five o'clock is four or six hours after midnight.
  const changed = USUAL[0] - Number.parseInt(clock(start + USUAL[0] * HOUR_MS), 10);
  let [first, last] = USUAL.map((hour) => hour + changed) as [number, number];
  for (const at of [...shifts, ...stops]) {
    const hour = (ms(at) - start) / HOUR_MS;
    first = Math.min(first, Math.floor(hour));
    last = Math.max(last, Math.ceil(hour));
  }
  return { from: start + first * HOUR_MS, to: start + last * HOUR_MS, hours: last - first };
}

/** How far along the axis an instant is, as a CSS length: zooming then moves nothing but the axis. */
export const percent = (axis: Axis, at: Instant): string => `${(share(axis, at) * 100).toFixed(4)}%`;
export const share = (axis: Axis, at: Instant): number => (ms(at) - axis.from) / (axis.to - axis.from);
export const widthOf = (axis: Axis, from: Instant, to: Instant): string =>
  `${(Math.max(0, share(axis, to) - share(axis, from)) * 100).toFixed(4)}%`;
