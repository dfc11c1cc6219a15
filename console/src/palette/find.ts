// Finding: what the board knows by itself at once, and what the server knows of all days as it answers.

import { ask, query } from '../api/ask';
import type { Page, TripView } from '../api/records';
import { day } from '../store/day';
import { placeName } from '../store/index';
import { addressOf, choose, view } from '../store/view';
import { goTo } from '../timeline/cursor';
import { clock, say, shortDay } from '../words/board';

export interface Found { id: string; text: string; more: string; go: () => void }

interface Known {
  kind: 'rider' | 'place' | 'trip' | 'driver';
  id: number;
  ref: string;
  name: string;
  address?: string;
  service_on?: string;
}

const MOST = 8;
export const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Trips of this board by reference, place and driver. */
export function findHere(text: string): Found[] {
  const { index, board } = day.get();
  const wanted = plain(text.trim());
  if (!index || !board || wanted.length < 2) return [];
  const found: Found[] = [];
  for (const trip of board.trips) {
    const driver = trip.run_id === null ? '' : (index.run.get(trip.run_id)?.driver ?? '');
    const way = `${placeName(index, trip.origin_id)} → ${placeName(index, trip.destination_id)}`;
    if (!plain(`${trip.ref} ${way} ${driver}`).includes(wanted)) continue;
    const more = [clock(trip.times?.pickup_at ?? trip.promised_from), driver].filter(Boolean).join(' · ');
    found.push({ id: `here${trip.trip_id}`, text: `${trip.ref} · ${way}`, more, go: () => goToTrip(trip.trip_id) });
    if (found.length === MOST) break;
  }
  return found;
}

/** Riders, places, trips and drivers of the company; mistakes in typing are forgiven. */
export async function findAnywhere(text: string, signal: AbortSignal): Promise<Found[]> {
  const { items } = await ask<{ items: Known[] }>(`/search?${query({ q: text, limit: MOST })}`, { signal });
  return items.map((one) => ({
    id: `${one.kind}${one.id}`,
    text: one.kind === 'trip' ? `${one.ref} · ${one.name}` : one.name,
    more: [say(`kind_${one.kind}`), one.service_on ? shortDay(one.service_on) : one.address].filter(Boolean).join(' · '),
    go: () => void goToKnown(one),
  }));
}

function goToTrip(tripId: number): void {
  const trip = day.get().index?.trip.get(tripId);
  choose(tripId);
  if (trip?.run_id != null) goTo({ runId: trip.run_id, tripId });
}

async function goToKnown(one: Known): Promise<void> {
  const { index, board } = day.get();
  if (one.kind === 'trip') return goToTripOf(one.id, one.service_on);
  if (one.kind === 'driver') {
    const run = index?.runs.find((each) => each.driver_id === one.id);
    if (run) goTo({ runId: run.run_id, tripId: null });
    return;
  }
  if (one.kind === 'place') {
    const trip = board?.trips.find((each) => each.origin_id === one.id || each.destination_id === one.id);
    if (trip) goToTrip(trip.trip_id);
    return;
  }
  const today = await ask<Page<TripView>>(`/trips?${query({ rider_id: one.id, day: view.get().day, limit: 1 })}`);
  const trip = today.items[0];
  if (trip) goToTrip(trip.trip_id);
}

function goToTripOf(tripId: number, serviceOn: string | undefined): void {
  if (!serviceOn || serviceOn === view.get().day) return goToTrip(tripId);
  location.assign(`${addressOf(serviceOn)}&trip=${tripId}`);
}
