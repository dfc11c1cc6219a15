// Riders and places by what is typed; what is not known can be added where it is missed.

import { ask, query } from '../api/ask';
import { kindOf } from '../store/trips';
import { dayText, say } from '../words/board';
import type { Choice } from './Completion';
import { booking, newRider, takeRider, write, type Spot } from './draft';
import { goOn } from './focus';
import { newPlace } from './newPlace';
import type { Found, RiderUsual, UsualWay } from './records';

const MOST = 7;

async function search(text: string, kind: Found['kind'], signal: AbortSignal): Promise<Found[]> {
  if (text.trim() === '') return [];
  const { items } = await ask<{ items: Found[] }>(`/search?${query({ q: text.trim().slice(0, 100), limit: 30 })}`, { signal });
  return items.filter((one) => one.kind === kind).slice(0, MOST);
}

export async function findRiders(text: string, signal: AbortSignal): Promise<Choice[]> {
  const found = await search(text, 'rider', signal);
  const choices: Choice[] = found.map((one) => ({ key: String(one.id), text: one.name, more: one.ref, take: () => void meet(one.id) }));
  const name = text.trim();
  if (name.length > 1) {
    choices.push({ key: 'new', text: say('new_rider', { name }), take: () => { newRider(name); goOn('from'); } });
  }
  return choices;
}

async function meet(riderId: number): Promise<void> {
  const usual = await ask<RiderUsual>(`/riders/${riderId}/usual`);
  takeRider(usual);
  goOn(booking.get().draft.from ? 'to' : 'from');
}

/** Places for one end; before anything is typed those where the rider went last. */
export const findPlaces = (end: 'from' | 'to') => async (text: string, signal: AbortSignal): Promise<Choice[]> => {
  const next = end === 'from' ? 'to' : 'time';
  const put = (spot: Spot) => {
    write({ [end]: spot });
    goOn(next);
  };
  if (text.trim() === '') return usualChoices(end, next);
  const found = await search(text, 'place', signal);
  const choices: Choice[] = found.map((one) => ({
    key: String(one.id), text: one.name, ...(one.address ? { more: one.address } : {}), take: () => put({ id: one.id, name: one.name }),
  }));
  const name = text.trim();
  if (name.length > 1) choices.push({ key: 'new', text: say('new_place', { name }), take: () => newPlace.set({ asked: { name, put } }) });
  return choices;
};

function usualChoices(end: 'from' | 'to', next: 'to' | 'time'): Choice[] {
  const { rider, from } = booking.get().draft;
  if (rider?.kind !== 'known') return [];
  const ways = rider.usual.ways.filter((way) => end === 'from' || from === null || way.origin_id === from.id);
  return ways.map((way) => ({
    key: `${way.origin_id}-${way.destination_id}`,
    text: end === 'from' ? `${way.origin} → ${way.destination}` : way.destination,
    more: [way.purpose, say('last_on', { day: dayText(way.last_on) })].filter(Boolean).join(' · '),
    take: () => {
      takeWay(way);
      goOn(end === 'from' ? 'time' : next);
    },
  }));
}

/** As last time: the way with all that went with it. */
function takeWay(way: UsualWay): void {
  write({
    from: { id: way.origin_id, name: way.origin }, to: { id: way.destination_id, name: way.destination }, anchor: way.anchor,
    space: kindOf(way.takes), companions: way.companions ? String(way.companions) : '', purpose: way.purpose,
  });
}
