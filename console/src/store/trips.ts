// Questions about one trip that several parts of the page ask.

import type { SpaceKind, Spaces, TripCard, TripStatus } from '../api/records';
import { ms } from '../words/clock';

const ENDED = new Set<TripStatus>(['completed', 'cancelled', 'no_show', 'missed', 'denied']);
const UNDER_WAY = new Set<TripStatus>(['en_route', 'arrived', 'on_board']);
const SPACES: SpaceKind[] = ['stretchers', 'wheelchairs', 'seats'];
/** Less slack than this to the promise is a risk. */
const SLIM_MS = 3 * 60_000;
/** A risk is worth a word when it is near. */
const NEAR_MS = 2 * 3_600_000;
/** Whoever told nothing for so long is not late: the day is over, and somebody forgot to say so. */
const FORGOTTEN_MS = 12 * 3_600_000;

/** The largest space that is taken. */
export const kindOf = (takes: Spaces): SpaceKind => SPACES.find((kind) => takes[kind] > 0) ?? 'seats';
/** What a trip needs most: it decides the icon. */
export const need = (trip: TripCard): SpaceKind => kindOf(trip.takes);
export const hasEnded = (trip: TripCard): boolean => ENDED.has(trip.status);
export const isUnderWay = (trip: TripCard): boolean => UNDER_WAY.has(trip.status);
export const isPlaced = (trip: TripCard): boolean => trip.run_id !== null;
export const isWillCall = (trip: TripCard): boolean => trip.run_id === null && trip.status === 'will_call';
export const isRequested = (trip: TripCard): boolean => trip.run_id === null && trip.status === 'requested';
export const isLeftOver = (trip: TripCard): boolean =>
  trip.run_id === null && trip.status !== 'will_call' && trip.status !== 'requested' && !hasEnded(trip);

/** Whether somebody can still move it: what is under way or ended stays where it is. */
export const isMovable = (trip: TripCard): boolean => trip.status === 'booked';

/** When the end that carries the promise is scheduled. */
export function promisedEndAt(trip: TripCard): number | null {
  if (!trip.times) return null;
  return ms(trip.anchor === 'arrive_by' ? trip.times.dropoff_at : trip.times.pickup_at);
}

/**
 * By how many milliseconds a promise is or will be broken; 0 when it is kept.
 *
 * Planned too late, or later than now and not there yet: the time that has passed is certain.
 */
export function lateMs(trip: TripCard, now: number): number {
  const planned = promisedEndAt(trip);
  if (planned === null || trip.promised_to === null || hasEnded(trip)) return 0;
  const kept = trip.anchor === 'pickup_at' && trip.status === 'on_board';
  const promised = ms(trip.promised_to);
  const known = now - promised < FORGOTTEN_MS ? Math.max(planned, now) : planned;
  return kept ? 0 : Math.max(0, known - promised);
}

/** Whether the plan leaves hardly any slack, or the vehicle is not at the door when it should be. */
export function isAtRisk(trip: TripCard, now: number): boolean {
  const planned = promisedEndAt(trip);
  if (planned === null || trip.promised_to === null || trip.times === null || hasEnded(trip)) return false;
  if (lateMs(trip, now) > 0) return false;
  const awaited = trip.status === 'booked' || trip.status === 'en_route';
  const waited = now - ms(trip.times.pickup_at);
  if (awaited && waited > 0 && waited < FORGOTTEN_MS) return true;
  const near = ms(trip.times.pickup_at) - now < NEAR_MS && now < ms(trip.times.dropoff_until);
  return near && trip.status !== 'on_board' && ms(trip.promised_to) - planned < SLIM_MS;
}

/** How a trip stands, the worst first: one word for edge, icon and label. */
export type Standing = 'late' | 'risk' | 'under_way' | 'done' | 'off' | 'planned';

export function standingOf(trip: TripCard, now: number): Standing {
  if (trip.status === 'completed') return 'done';
  if (hasEnded(trip)) return 'off';
  if (lateMs(trip, now) > 0) return 'late';
  if (isAtRisk(trip, now)) return 'risk';
  return isUnderWay(trip) ? 'under_way' : 'planned';
}

export function byTime(a: TripCard, b: TripCard): number {
  return startOf(a) - startOf(b) || a.trip_id - b.trip_id;
}

const startOf = (trip: TripCard): number => ms(trip.times?.pickup_at ?? trip.promised_from ?? '9999-01-01T00:00:00Z');
