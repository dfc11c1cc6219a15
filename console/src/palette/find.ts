// What the board itself knows under a name: trips by reference and place, runs by driver.

import { day } from '../store/day';
import { placeName } from '../store/index';
import { clock } from '../words/board';

export interface Found { tripId: number; text: string; more: string }

const MOST = 8;
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function findTrips(text: string): Found[] {
  const { index, board } = day.get();
  const wanted = plain(text.trim());
  if (!index || !board || wanted.length < 2) return [];
  const found: Found[] = [];
  for (const trip of board.trips) {
    const driver = trip.run_id === null ? '' : (index.run.get(trip.run_id)?.driver ?? '');
    const way = `${placeName(index, trip.origin_id)} → ${placeName(index, trip.destination_id)}`;
    if (!plain(`${trip.ref} ${way} ${driver}`).includes(wanted)) continue;
    const when = clock(trip.times?.pickup_at ?? trip.promised_from);
    found.push({ tripId: trip.trip_id, text: `${trip.ref} · ${way}`, more: [when, driver].filter(Boolean).join(' · ') });
    if (found.length === MOST) break;
  }
  return found;
}
