// Trips that somebody speaks for: a return that is called, a request that is accepted.

import { ask } from '../api/ask';
import type { TripCard } from '../api/records';
import { now } from '../live/stream';
import { tell } from '../move/toast';
import { say } from '../words/board';
import { notDone } from '../words/refused';

/** Do it, and say what was done, or why not. */
export async function tried(work: Promise<unknown>, text: string): Promise<void> {
  try {
    await work;
    tell({ text });
  } catch (error) {
    tell({ text: notDone(error), bad: true });
  }
}

/** The rider of a will-call is ready: from now on it is a trip with a time. */
export const callReady = (trip: TripCard): Promise<void> =>
  tried(
    ask(`/trips/${trip.trip_id}/ready`, { method: 'POST', body: { at: new Date(now()).toISOString() } }),
    say('told_ready', { trip: say('trip', { ref: trip.ref }) }),
  );

export const acceptRequest = (trip: TripCard): Promise<void> =>
  tried(
    ask(`/trips/${trip.trip_id}/status`, { method: 'POST', body: { status: 'booked' } }),
    `${say('trip', { ref: trip.ref })}: ${say('status_booked')}`,
  );
