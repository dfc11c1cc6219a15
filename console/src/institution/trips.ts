// The trips of one day: when the vehicle comes, for whom, where to, how it stands, what can be done.

import { el } from '../page/element';
import type { Speech } from '../page/speech';
import type { Clock } from '../words/clock';
import { awaitsReady, canBeCancelled, isOver, type Asked, type Trip, type Ward } from './records';
import type { words } from './words';

export interface View {
  say: Speech<typeof words>;
  clock: Clock;
  ward: Ward;
  ready(trip: Trip): void;
  cancel(trip: Trip): void;
  withdraw(asked: Asked): void;
}

export const riderOf = ({ riders }: Ward, trip: Trip): string => riders.find(({ id }) => id === trip.rider_id)?.name ?? '';
const placeOf = ({ places }: Ward, id: number): string => places.find((place) => place.id === id)?.name ?? '';

export function day(view: View, date: string, title: string): HTMLElement {
  const { say, clock, ward } = view;
  const trips = ward.trips.filter((trip) => trip.service_on === date);
  const heading = el('h2', { id: `day-${date}` }, title, el('small', {}, clock.day(date)));
  if (!trips.length) return el('section', { 'aria-labelledby': heading.id }, heading, el('p', { class: 'card quiet' }, say('none')));
  const head = (['time', 'rider', 'way', 'state', 'actions'] as const).map((word) => el('th', { scope: 'col' }, say(word)));
  return el('section', { 'aria-labelledby': heading.id }, heading, el(
    'table', { 'aria-labelledby': heading.id }, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...trips.map((trip) => row(view, trip))),
  ));
}

function row(view: View, trip: Trip): HTMLElement {
  const { say, ward, ready, cancel } = view;
  const name = riderOf(ward, trip);
  return el(
    'tr', { class: isOver(trip) ? 'over' : '', 'data-status': trip.status, id: `trip-${trip.trip_id}` },
    el('td', { class: 'when' }, ...when(view, trip)), el('th', { scope: 'row' }, name),
    el('td', {}, `${placeOf(ward, trip.origin_id)} – ${placeOf(ward, trip.destination_id)}`),
    el('td', {}, el('span', { class: 'state' }, say(trip.status === 'booked' && trip.times ? 'status_planned' : `status_${trip.status}`))),
    el(
      'td', { class: 'does' },
      awaitsReady(trip) && trip.service_on === ward.days[0] ? el('button', { type: 'button', class: 'main', id: `ready-${trip.trip_id}`, 'aria-label': say('ready_of', { name }), onclick: () => ready(trip) }, say('ready')) : null,
      canBeCancelled(trip) ? el('button', { type: 'button', class: 'plain', id: `cancel-${trip.trip_id}`, 'aria-label': say('cancel_of', { name }), onclick: () => cancel(trip) }, say('cancel')) : null,
    ),
  );
}

/** When the vehicle is expected; before it is planned, what was asked for. */
function when({ say, clock }: View, trip: Trip): Node[] {
  const asked = trip.requested_at && say(trip.anchor === 'arrive_by' ? 'by' : 'asked', { time: clock.clock(trip.requested_at) });
  if (!trip.times) return [el('span', {}, asked || say('on_call'))];
  const expected = say('expected', { pickup: clock.clock(trip.times.pickup_at), dropoff: clock.clock(trip.times.dropoff_at) });
  return [el('strong', {}, expected), ...(asked ? [el('small', {}, asked)] : [])];
}
