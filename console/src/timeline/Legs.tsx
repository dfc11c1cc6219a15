import { memo } from 'react';

import type { TripCard } from '../api/records';
import { legs } from '../store/legs';
import { useStore } from '../store/store';
import { hasEnded } from '../store/trips';
import { ms } from '../words/clock';
import { percent, widthOf, type Axis } from './axis';

/** Between the trips that are to come: driving as a line, waiting as dots. How the past was driven nobody knows. */
export const Legs = memo(function Legs({ runId, trips, axis }: { runId: number; trips: TripCard[]; axis: Axis }) {
  const found = useStore(legs, (all) => all.of.get(runId)) ?? [];
  const done = trips.reduce((last, trip) => (hasEnded(trip) ? Math.max(last, ms(trip.times!.dropoff_until)) : last), 0);
  return found.filter((leg) => leg.from >= done).map(({ kind, from, to }) => (
    <div
      key={`${kind}${from}`} className={kind} aria-hidden="true"
      style={{ left: percent(axis, from), width: widthOf(axis, from, to) }}
    />
  ));
});
