// What was asked for in words: what the dispatcher made of it, and the way to take it back.

import { el } from '../page/element';
import type { Asked } from './records';
import type { View } from './trips';

/** The requests that are open, or were answered for days to come; none: nothing. */
export function askedFor(view: View): HTMLElement | null {
  const { say, ward } = view;
  if (!ward.enquiries.length) return null;
  const heading = el('h2', { id: 'asked' }, say('asked_title'));
  const head = (['asked_when', 'rider', 'way', 'state', 'actions'] as const).map((word) => el('th', { scope: 'col' }, say(word)));
  return el('section', { 'aria-labelledby': 'asked' }, heading, el(
    'table', { 'aria-labelledby': 'asked' }, el('thead', {}, el('tr', {}, ...head)), el('tbody', {}, ...ward.enquiries.map((asked) => row(view, asked))),
  ));
}

function row({ say, clock, ward, withdraw }: View, asked: Asked): HTMLElement {
  const time = say(asked.anchor === 'arrive_by' ? 'by' : 'asked', { time: clock.clock(asked.requested_at) });
  const trip = ward.trips.find(({ booking_id }) => booking_id === asked.booking_id);
  const open = asked.state === 'asked';
  return el(
    'tr', { 'data-enquiry': asked.state, id: `enquiry-${asked.enquiry_id}` },
    el('td', { class: 'when' }, el('span', {}, clock.shortDay(asked.service_on)), el('small', {}, time)), el('th', { scope: 'row' }, asked.rider),
    el('td', {}, `${asked.origin} – ${asked.destination}`),
    el(
      'td', {}, el('span', { class: 'state' }, say(`asked_${asked.state}`)),
      asked.state === 'declined' ? el('small', { class: 'why' }, asked.reason) : null,
      trip ? el('a', { class: 'plain', href: `#trip-${trip.trip_id}` }, say('asked_trip')) : null,
    ),
    el('td', { class: 'does' }, open ? el('button', { type: 'button', class: 'plain', id: `withdraw-${asked.enquiry_id}`, 'aria-label': say('withdraw_of', { name: asked.rider }), onclick: () => withdraw(asked) }, say('withdraw')) : null),
  );
}
