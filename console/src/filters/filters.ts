// Which trips are looked at: by space, by how they stand, by a place. In the address, by ids alone.

import type { SpaceKind, TripCard } from '../api/records';
import { makeStore } from '../store/store';
import { hasEnded, isPlaced, isUnderWay } from '../store/trips';

export const STATES = ['to_come', 'under_way', 'ended', 'locked'] as const;
export const SPACES = ['seats', 'wheelchairs', 'stretchers'] as const;
export type State = (typeof STATES)[number];

export interface Filters { space: SpaceKind | null; state: State | null; place: number | null }

const asked = () => new URL(location.href).searchParams;
const among = <One extends string>(all: readonly One[], text: string | null): One | null => all.find((one) => one === text) ?? null;

export const readFilters = (from = asked()): Filters => ({
  space: among(SPACES, from.get('space')), state: among(STATES, from.get('state')), place: Number(from.get('place')) || null,
});

export const filters = makeStore<Filters>(readFilters());

export function filterBy(part: Partial<Filters>): void {
  filters.change(part);
  const address = new URL(location.href);
  for (const [name, value] of Object.entries(filters.get())) {
    if (value === null) address.searchParams.delete(name);
    else address.searchParams.set(name, String(value));
  }
  history.replaceState(null, '', address);
}

export const clearFilters = (): void => filterBy({ space: null, state: null, place: null });
export const isFiltering = ({ space, state, place }: Filters): boolean => space !== null || state !== null || place !== null;

const STANDS: Record<State, (trip: TripCard) => boolean> = {
  to_come: (trip) => isPlaced(trip) && !hasEnded(trip) && !isUnderWay(trip),
  under_way: isUnderWay,
  ended: hasEnded,
  locked: (trip) => trip.lock !== 'none',
};

/** Whether a trip is among those that are looked at. */
export function passes(trip: TripCard, { space, state, place }: Filters): boolean {
  if (space !== null && trip.takes[space] === 0) return false;
  if (place !== null && trip.origin_id !== place && trip.destination_id !== place) return false;
  return state === null || STANDS[state](trip);
}
