// Taking a trip out of a ride that it shares: it comes in hand over the run, other than its own, where it costs least.

import type { TripCard } from '../api/records';
import { day } from '../store/day';
import { tripsOfRun } from '../store/index';
import { ms } from '../words/clock';
import { takeUp } from './moving';

/** The trips that are aboard with a trip for a while, in the order of their pick-ups. */
export function aboardWith(card: TripCard): TripCard[] {
  const { index } = day.get();
  if (!index || card.run_id === null || !card.times) return [];
  const [from, to] = [ms(card.times.pickup_at), ms(card.times.dropoff_until)];
  return tripsOfRun(index, card.run_id).filter(
    (other) => other.trip_id !== card.trip_id && ms(other.times!.pickup_at) < to && ms(other.times!.dropoff_until) > from,
  );
}

export const split = (card: TripCard): void => takeUp([card.trip_id], 'keys', { seeksBest: true });
