// Returns of riders who were not there on the way out: whether they are still wanted, a person must say.

import { ask, query } from '../api/ask';
import type { Page, TripCard, TripView } from '../api/records';
import { day } from '../store/day';
import { makeStore } from '../store/store';
import { hasEnded, isUnderWay } from '../store/trips';
import { view } from '../store/view';
import { say } from '../words/board';
import { tried } from './ready';

const KEPT = 'estafette-returns-kept';
const MOST = 200;

/** Returns whose outbound was a no-show, and those of them of which somebody said here that they stay. */
export const returns = makeStore<{ of: ReadonlySet<number>; kept: ReadonlySet<number> }>({
  of: new Set(), kept: new Set(JSON.parse(sessionStorage.getItem(KEPT) ?? '[]') as number[]),
});

/** Which trips of the day were no-shows: a question for the server only when that is another list. */
export const absentOn = (trips: TripCard[]): string => trips.filter(({ status }) => status === 'no_show').map(({ trip_id }) => trip_id).join();

/** Read which returns are in doubt; without an answer the list stays as it was. */
export async function readReturns(): Promise<void> {
  const asked = query({ day: view.get().day, status: 'no_show', limit: MOST, fields: 'booking_id,trips' });
  const { items } = await ask<Page<{ trips: TripView[] }>>(`/bookings?${asked}`);
  const doubted = items.flatMap(({ trips }) => {
    const isAbsent = trips.some(({ direction, status }) => direction === 'outbound' && status === 'no_show');
    return isAbsent ? trips.filter(({ direction }) => direction === 'return') : [];
  });
  returns.change({ of: new Set(doubted.map(({ trip_id }) => trip_id)) });
}

export const isDoubted = (trip: TripCard, { of, kept }: { of: ReadonlySet<number>; kept: ReadonlySet<number> }): boolean =>
  of.has(trip.trip_id) && !kept.has(trip.trip_id) && !hasEnded(trip) && !isUnderWay(trip);

/** It is still wanted: from now on it is a trip like any other. */
export function keepReturn(trip: TripCard): void {
  const kept = new Set([...returns.get().kept, trip.trip_id].filter((id) => day.get().index!.trip.has(id)));
  sessionStorage.setItem(KEPT, JSON.stringify([...kept]));
  returns.change({ kept });
}

export const cancelReturn = (trip: TripCard): Promise<void> =>
  tried(
    ask(`/trips/${trip.trip_id}/cancel`, { method: 'POST', body: { by: 'rider', reason: 'no-show on the way out' } }),
    `${say('trip', { ref: trip.ref })}: ${say('status_cancelled')}`,
  );
