// Returns of riders who were not there on the way out: whether they are still wanted, a person must say.

import { ask, query } from '../api/ask';
import type { Event, Page, TripCard, TripView } from '../api/records';
import { makeStore } from '../store/store';
import { hasEnded, isUnderWay } from '../store/trips';
import { view } from '../store/view';
import { say } from '../words/board';
import { tried } from './ready';

const MOST = 200;

interface Absent { booking_id: number; return_kept?: boolean; trips: TripView[] }

/** Returns whose outbound was a no-show and of which nobody has said that they stay, each with its booking. */
export const returns = makeStore<{ of: ReadonlyMap<number, number> }>({ of: new Map() });

/** Which trips of the day were no-shows: a question for the server only when that is another list. */
export const absentOn = (trips: TripCard[]): string => trips.filter(({ status }) => status === 'no_show').map(({ trip_id }) => trip_id).join();

/** Read which returns are in doubt; without an answer the list stays as it was. */
export async function readReturns(): Promise<void> {
  const asked = query({ day: view.get().day, status: 'no_show', limit: MOST, fields: 'booking_id,return_kept,trips' });
  const { items } = await ask<Page<Absent>>(`/bookings?${asked}`);
  returns.set({ of: new Map(items.filter(isInDoubt).flatMap(returnsOf)) });
}

const isInDoubt = ({ return_kept, trips }: Absent): boolean =>
  !return_kept && trips.some(({ direction, status }) => direction === 'outbound' && status === 'no_show');

const returnsOf = ({ booking_id, trips }: Absent): [number, number][] =>
  trips.filter(({ direction }) => direction === 'return').map(({ trip_id }) => [trip_id, booking_id]);

export const isDoubted = (trip: TripCard, { of }: { of: ReadonlyMap<number, number> }): boolean =>
  of.has(trip.trip_id) && !hasEnded(trip) && !isUnderWay(trip);

/** A colleague has said that one stays. */
export function hearReturn({ what }: Event): void {
  if (what.kind === 'return_kept') void readReturns().catch(() => undefined);
}

/** It is still wanted: from now on it is a trip like any other, on all boards. */
export const keepReturn = (trip: TripCard): Promise<void> =>
  tried(
    ask(`/bookings/${returns.get().of.get(trip.trip_id)}`, { method: 'PATCH', body: { return_kept: true }, seen: '*' }),
    say('return_stays', { trip: say('trip', { ref: trip.ref }) }),
  );

export const cancelReturn = (trip: TripCard): Promise<void> =>
  tried(
    ask(`/trips/${trip.trip_id}/cancel`, { method: 'POST', body: { by: 'rider', reason: say('absent_reason') } }),
    `${say('trip', { ref: trip.ref })}: ${say('status_cancelled')}`,
  );
