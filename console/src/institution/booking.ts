// The form for a booking: one rider, one way, and the way back.

import { anyKey, ask, Refused } from '../api/ask';
import { openDialog } from '../page/dialog';
import { el } from '../page/element';
import type { Speech } from '../page/speech';
import type { Named, Ward } from './records';
import type { words } from './words';
import { instantOf } from './zone';

type Say = Speech<typeof words>;
type Fields = ReturnType<typeof fieldsOf>;

/** What is wrong, and in which field. */
class Wrong extends Error {
  constructor(message: string, readonly field: HTMLElement) {
    super(message);
  }
}

export function openBooking(say: Say, ward: Ward, booked: (name: string) => void): void {
  const fields = fieldsOf(say, ward);
  const told = el('p', { class: 'trouble', role: 'alert', id: 'book-trouble' });
  const press = el('button', { type: 'submit', class: 'main', id: 'book-confirm' }, say('book_confirm'));
  const key = anyKey();
  const submit = async (event: Event) => {
    event.preventDefault();
    told.textContent = '';
    try {
      const body = bodyOf(say, ward, fields, key);
      press.disabled = true;
      await ask('/bookings', { method: 'POST', body, key });
      close();
      booked(fields.rider.value.trim());
    } catch (error) {
      press.disabled = false;
      told.textContent = error instanceof Wrong ? error.message : say('refused', { why: error instanceof Refused ? error.message : say('offline') });
      if (error instanceof Wrong) error.field.focus();
    }
  };
  const form = el('form', { novalidate: true, onsubmit: (event) => void submit(event) }, ...laidOut(say, ward, fields), told, press);
  const close = openDialog(say('book'), say('keep'), form);
}

function fieldsOf(say: Say, { days }: Ward) {
  const text = (id: string, list: string) => el('input', { id, list, autocomplete: 'off', required: true, 'aria-describedby': 'book-trouble' });
  const time = (id: string) => el('input', { id, type: 'time', required: true, 'aria-describedby': 'book-trouble' });
  const choose = (id: string, options: [string, string][]) => el('select', { id }, ...options.map(([value, word]) => el('option', { value }, word)));
  return {
    rider: text('book-rider', 'riders'), from: text('book-from', 'places'), to: text('book-to', 'places'),
    day: el('input', { id: 'book-day', type: 'date', value: days[0], min: days[0], required: true }), time: time('book-time'),
    which: choose('book-which', [['arrive_by', say('book_arrive')], ['pickup_at', say('book_pickup')]]),
    space: choose('book-space', [['seats', say('book_seat')], ['wheelchairs', say('book_wheelchair')], ['stretchers', say('book_stretcher')]]),
    companions: el('input', { id: 'book-companions', type: 'number', min: 0, max: 9, value: 0, inputmode: 'numeric' }),
    back: choose('book-return', [['call', say('book_return_call')], ['at', say('book_return_at')], ['none', say('book_return_none')]]),
    backTime: time('book-return-time'),
  };
}

function laidOut(say: Say, ward: Ward, f: Fields): Node[] {
  const list = (id: string, named: Named[]) => el('datalist', { id }, ...named.map(({ name }) => el('option', { value: name })));
  const label = (word: string, field: HTMLElement) => el('label', { for: field.id }, word, field);
  const backTime = label(say('book_return_time'), f.backTime);
  const show = () => {
    backTime.hidden = f.back.value !== 'at';
  };
  f.back.addEventListener('change', show);
  show();
  return [
    list('riders', ward.riders), list('places', ward.places), label(say('book_rider'), f.rider), label(say('book_from'), f.from),
    label(say('book_to'), f.to), el('div', { class: 'pair' }, label(say('book_day'), f.day), label(say('book_time'), f.time)),
    label(say('book_which'), f.which), el('div', { class: 'pair' }, label(say('book_space'), f.space), label(say('book_companions'), f.companions)),
    label(say('book_return'), f.back), backTime,
  ];
}

/** What is sent; throws `Wrong` for the first field that is not right. */
function bodyOf(say: Say, ward: Ward, f: Fields, key: string): object {
  const name = f.rider.value.trim();
  if (!name) throw new Wrong(say('book_name'), f.rider);
  const origin = placeOf(say, ward, f.from), destination = placeOf(say, ward, f.to);
  if (origin === destination) throw new Wrong(say('book_same'), f.to);
  if (!f.day.value || !f.time.value) throw new Wrong(say('book_no_time'), f.day.value ? f.time : f.day);
  if (f.back.value === 'at' && !f.backTime.value) throw new Wrong(say('book_no_time'), f.backTime);
  const at = (time: string) => instantOf(f.day.value, time, ward.zone);
  const shared = { service_on: f.day.value, takes: { [f.space.value]: 1 }, companions: Number(f.companions.value) };
  const out = { ...shared, origin, destination, anchor: f.which.value, requested_at: at(f.time.value) };
  const back = { ...shared, direction: 'return', anchor: 'pickup_at', ...(f.back.value === 'at' ? { requested_at: at(f.backTime.value) } : {}) };
  const known = ward.riders.find((rider) => rider.name === name);
  return { rider: known?.id ?? { ref: `w-${key.slice(0, 12)}`, name }, trips: f.back.value === 'none' ? [out] : [out, back] };
}

function placeOf(say: Say, { places }: Ward, field: HTMLInputElement): number {
  const found = places.find(({ name }) => name === field.value.trim());
  if (!found) throw new Wrong(say('book_place'), field);
  return found.id;
}
