// The move in hand as the map shows it: the stops of that run with the trip among them, and who moves by how much.

import type { Place } from '../api/records';
import type { Moving } from '../move/moving';
import { tripsOfRun, type Index } from '../store/index';
import { say } from '../words/board';
import { minutes, ms, signed } from '../words/clock';
import type { At } from './polyline';

export interface Ripple { runId: number; line: At[]; shifts: { place: Place; text: string }[] }

interface Timed { at: number; placeId: number }

export function rippleOf(hand: Moving, index: Index, places: ReadonlyMap<number, Place>): Ripple | null {
  if (hand.over === null) return null;
  const verdict = hand.verdicts.get(hand.over);
  const others = tripsOfRun(index, hand.over).filter((trip) => !hand.trips.includes(trip.trip_id));
  const stops: Timed[] = others.flatMap((trip) => [
    { at: ms(trip.times!.pickup_at), placeId: trip.origin_id }, { at: ms(trip.times!.dropoff_at), placeId: trip.destination_id },
  ]);
  const [inHand] = hand.trips.map((id) => index.trip.get(id));
  if (inHand && verdict?.at && verdict.kind !== 'no') {
    stops.push({ at: verdict.at.from, placeId: inHand.origin_id }, { at: verdict.at.to, placeId: inHand.destination_id });
  }
  const line = stops.sort((a, b) => a.at - b.at).flatMap(({ placeId }): At[] => {
    const place = places.get(placeId);
    return place ? [[place.lon, place.lat]] : [];
  });
  return { runId: hand.over, line: verdict?.kind === 'no' ? [] : line, shifts: shiftsOf(hand, index, places) };
}

function shiftsOf(hand: Moving, index: Index, places: ReadonlyMap<number, Place>): Ripple['shifts'] {
  const most = new Map<number, number>();
  for (const [tripId, by] of hand.shifts ?? []) {
    const trip = index.trip.get(tripId);
    if (!trip || hand.trips.includes(tripId)) continue;
    for (const id of [trip.origin_id, trip.destination_id]) {
      if (Math.abs(by) > Math.abs(most.get(id) ?? 0)) most.set(id, by);
    }
  }
  return [...most].flatMap(([id, by]) => {
    const place = places.get(id);
    return place && minutes(by) !== 0 ? [{ place, text: say('map_shift', { by: signed(minutes(by)) }) }] : [];
  });
}
