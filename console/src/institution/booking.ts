// The form for a booking: one rider, one way, and the way back. Where a place is not in the list, it asks in words.

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

export function openBooking(say: Say, ward: Ward, done: (name: string, how: 'booked' | 'asked') => void): void {
  const fields = fieldsOf(say, ward);
  const told = el('p', { class: 'trouble', role: 'alert', id: 'book-trouble' });
  const press = el('button', { type: 'submit', class: 'main', id: 'book-confirm' }, say('book_confirm'));
  const key = anyKey();
  const submit = async (event: Event) => {
    event.preventDefault();
    told.textContent = '';
    try {
      checkAll(say, fields);
      const words = inWords(ward, fields);
      const body = words ? askedOf(ward, fields) : bodyOf(ward, fields, key);
      press.disabled = true;
      await ask(words ? '/enquiries' : '/bookings', { method: 'POST', body, key });
      close();
      done(fields.rider.value.trim(), words ? 'asked' : 'booked');
    } catch (error) {
      press.disabled = false;
      told.textContent = error instanceof Wrong ? error.message : say('refused', { why: error instanceof Refused ? error.message : say('offline') });
      if (error instanceof Wrong) error.field.focus();
    }
  };
  const hint = el('p', { class: 'hint', role: 'status', id: 'book-hint' });
  const foresee = () => {
    const words = inWords(ward, fields);
    hint.textContent = words ? say('book_in_words') : '';
    press.textContent = say(words ? 'book_ask' : 'book_confirm');
  };
  for (const field of [fields.from, fields.to]) field.addEventListener('change', foresee);
  const form = el('form', { novalidate: true, onsubmit: (event) => void submit(event) }, ...laidOut(say, ward, fields, hint), told, press);
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
    backTime: time('book-return-time'), note: el('input', { id: 'book-note', autocomplete: 'off', maxlength: 500 }),
  };
}

function laidOut(say: Say, ward: Ward, f: Fields, hint: Node): Node[] {
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
    label(say('book_to'), f.to), hint, el('div', { class: 'pair' }, label(say('book_day'), f.day), label(say('book_time'), f.time)),
    label(say('book_which'), f.which), el('div', { class: 'pair' }, label(say('book_space'), f.space), label(say('book_companions'), f.companions)),
    label(say('book_return'), f.back), backTime, label(say('book_note'), f.note),
  ];
}

/** Throws `Wrong` for the first field that is not right. */
function checkAll(say: Say, f: Fields): void {
  if (!f.rider.value.trim()) throw new Wrong(say('book_name'), f.rider);
  for (const field of [f.from, f.to]) if (!field.value.trim()) throw new Wrong(say('book_place'), field);
  if (f.from.value.trim() === f.to.value.trim()) throw new Wrong(say('book_same'), f.to);
  if (!f.day.value || !f.time.value) throw new Wrong(say('book_no_time'), f.day.value ? f.time : f.day);
  if (f.back.value === 'at' && !f.backTime.value) throw new Wrong(say('book_no_time'), f.backTime);
}

/** Whether a place was typed that is not in the list: then the dispatcher finds it. */
const inWords = (ward: Ward, f: Fields): boolean => [f.from, f.to].some((field) => field.value.trim() !== '' && placeOf(ward, field) === undefined);

const placeOf = ({ places }: Ward, field: HTMLInputElement): number | undefined => places.find(({ name }) => name === field.value.trim())?.id;
const riderOf = ({ riders }: Ward, f: Fields): number | undefined => riders.find(({ name }) => name === f.rider.value.trim())?.id;
const instant = ({ zone }: Ward, f: Fields, time: string): string => instantOf(f.day.value, time, zone);
const sharedOf = (f: Fields) => ({ service_on: f.day.value, takes: { [f.space.value]: 1 }, companions: Number(f.companions.value) });

function bodyOf(ward: Ward, f: Fields, key: string): object {
  const origin = placeOf(ward, f.from), destination = placeOf(ward, f.to);
  const out = { ...sharedOf(f), origin, destination, anchor: f.which.value, requested_at: instant(ward, f, f.time.value) };
  const back = { ...sharedOf(f), direction: 'return', anchor: 'pickup_at', ...backAt(ward, f, 'requested_at') };
  const rider = riderOf(ward, f) ?? { ref: `w-${key.slice(0, 12)}`, name: f.rider.value.trim() };
  return { rider, purpose: f.note.value.trim(), trips: f.back.value === 'none' ? [out] : [out, back] };
}

const backAt = (ward: Ward, f: Fields, name: string) => (f.back.value === 'at' ? { [name]: instant(ward, f, f.backTime.value) } : {});

function askedOf(ward: Ward, f: Fields): object {
  return {
    ...sharedOf(f), rider: riderOf(ward, f) ?? f.rider.value.trim(), origin: f.from.value.trim(), destination: f.to.value.trim(),
    anchor: f.which.value, requested_at: instant(ward, f, f.time.value), returns: f.back.value !== 'none', ...backAt(ward, f, 'return_at'),
    note: f.note.value.trim(),
  };
}
