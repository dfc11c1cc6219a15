// The booking that is being talked about: what was typed so far, and whether it can be tried.

import { anyKey, ask } from '../api/ask';
import type { Anchor, SpaceKind, Spaces } from '../api/records';
import { day } from '../store/day';
import { makeStore } from '../store/store';
import type { Enquiry } from '../enquiry/enquiries';
import { kindOf } from '../store/trips';
import { view } from '../store/view';
import { clock } from '../words/board';
import { goOn } from './focus';
import type { DraftTrip, RiderUsual } from './records';
import { dayTyped, instantOf, readDay, readTime } from './typed';

export type Rider = { kind: 'known'; usual: RiderUsual } | { kind: 'new'; ref: string; name: string };
export interface Spot { id: number; name: string }
export type Back = 'none' | 'will_call' | 'time';
export type Field = 'rider' | 'from' | 'to' | 'time' | 'day' | 'back' | 'companions' | 'needs' | 'purpose' | 'repeat' | 'until';

export interface Draft {
  rider: Rider | null;
  from: Spot | null;
  to: Spot | null;
  anchor: Anchor;
  time: string;
  day: string;
  back: Back;
  backTime: string;
  space: SpaceKind;
  companions: string;
  needs: string;
  alone: boolean;
  purpose: string;
  /** Weekdays on which it repeats, from 0 for Monday. */
  repeat: readonly number[];
  until: string;
}

export interface Wrong { field: Field | null; text: string }

interface Booking {
  open: boolean;
  draft: Draft;
  /** As it was opened. */
  first: Draft;
  /** What an institution asked for in words, which this booking answers. */
  enquiry: Enquiry | null;
  /** What the server said of each trip, of the draft that was asked about last. */
  trial: DraftTrip[] | null;
  asking: boolean;
  sending: boolean;
  /** Of each trip the run that was chosen; `null`: none; not said: the best. */
  chosen: Record<number, number | null>;
  wrong: Wrong | null;
  /** Somebody wants to throw away what was typed. */
  leaving: boolean;
}

const blank = (): Draft => ({
  rider: null, from: null, to: null, anchor: 'arrive_by', time: '', day: dayTyped(view.get().day || '2000-01-01'), back: 'none', backTime: '',
  space: 'seats', companions: '', needs: '', alone: false, purpose: '', repeat: [], until: '',
});

const nothing = (): Booking => ({
  open: false, draft: blank(), first: blank(), enquiry: null, trial: null, asking: false, sending: false, chosen: {}, wrong: null, leaving: false,
});

export const booking = makeStore<Booking>(nothing());

export function openForm(): void {
  if (!booking.get().open) booking.set({ ...nothing(), open: true });
  goOn('rider');
}

/** Open the form with what an institution asked for in words; rider and places are still to be found. */
export async function openFor(enquiry: Enquiry): Promise<void> {
  const known = enquiry.rider_id === null ? null : await ask<RiderUsual>(`/riders/${enquiry.rider_id}/usual`).catch(() => null);
  if (booking.get().open) return;
  const first = { ...blank(), ...asDraft(enquiry), rider: known && ({ kind: 'known', usual: known } as const) };
  booking.set({ ...nothing(), open: true, enquiry, draft: first, first });
  goOn(known ? 'from' : 'rider');
}

const asDraft = (enquiry: Enquiry): Partial<Draft> => ({
  anchor: enquiry.anchor, time: clock(enquiry.requested_at), day: dayTyped(enquiry.service_on), space: kindOf(enquiry.takes),
  back: !enquiry.returns ? 'none' : enquiry.return_at ? 'time' : 'will_call', backTime: clock(enquiry.return_at),
  companions: enquiry.companions ? String(enquiry.companions) : '', purpose: enquiry.note,
});

export const closeForm = (): void => booking.set(nothing());

/** Leave the form; what was typed is not thrown away unasked. */
export function leave(): void {
  const { draft, first } = booking.get();
  if (JSON.stringify(draft) === JSON.stringify(first)) closeForm();
  else booking.change({ leaving: true });
}

export const write = (part: Partial<Draft>): void => booking.change({ draft: { ...booking.get().draft, ...part }, wrong: null });

export function takeRider(usual: RiderUsual): void {
  const rider = { kind: 'known', usual } as const;
  if (booking.get().enquiry) return write({ rider }); // where from and on what is asked for
  const home = usual.home ? { id: usual.home.place_id, name: usual.home.name } : null;
  const space = usual.ways[0] ? kindOf(usual.ways[0].takes) : 'seats';
  write({ rider, from: booking.get().draft.from ?? home, space });
}

export const newRider = (name: string): void => write({ rider: { kind: 'new', ref: `r-${anyKey().slice(0, 10)}`, name } });

/** The service day that is meant, or `null` where it cannot be read. */
export const dayOf = (draft: Draft): string | null => readDay(draft.day, view.get().day);

const takesOf = (space: SpaceKind): Spaces => ({ seats: 0, wheelchairs: 0, stretchers: 0, [space]: 1 });
export const wordsOf = (text: string): string[] => text.split(',').map((word) => word.trim()).filter(Boolean);

/** What is missing or cannot be read, the first of it. */
export function firstGap(draft: Draft): Field | null {
  if (!draft.rider) return 'rider';
  if (!draft.from) return 'from';
  if (!draft.to || draft.to.id === draft.from.id) return 'to';
  if (readTime(draft.time) === null) return 'time';
  if (dayOf(draft) === null) return 'day';
  if (draft.back === 'time' && readTime(draft.backTime) === null) return 'back';
  if (draft.repeat.length > 0 && draft.until !== '' && readDay(draft.until, dayOf(draft)!) === null) return 'until';
  return /^\d{0,2}$/.test(draft.companions) ? null : 'companions';
}

export interface Leg { direction: 'outbound' | 'return'; anchor: Anchor; time: string | null; origin: Spot; destination: Spot }

/** The trips of a draft without gaps. */
export function legsOf(draft: Draft): Leg[] {
  const out: Leg = { direction: 'outbound', anchor: draft.anchor, time: readTime(draft.time), origin: draft.from!, destination: draft.to! };
  if (draft.back === 'none') return [out];
  const time = draft.back === 'time' ? readTime(draft.backTime) : null;
  return [out, { direction: 'return', anchor: 'pickup_at', time, origin: draft.to!, destination: draft.from! }];
}

export const commonOf = (draft: Draft) => ({
  takes: takesOf(draft.space), companions: Number(draft.companions || 0), needs: wordsOf(draft.needs), no_share: draft.alone,
});

/** A draft without gaps as the server takes it. */
export function bodyOf(draft: Draft) {
  const on = dayOf(draft)!;
  const { zone } = day.get().board!;
  const trips = legsOf(draft).map(({ direction, anchor, time, origin, destination }) => ({
    direction, service_on: on, anchor, origin: origin.id, destination: destination.id,
    requested_at: time === null ? null : instantOf(on, time, zone), ...commonOf(draft),
  }));
  return { rider: riderOf(draft.rider!), purpose: draft.purpose, trips };
}

const riderOf = (rider: Rider) => (rider.kind === 'known' ? rider.usual.rider_id : { ref: rider.ref, name: rider.name });

const FIELDS: [RegExp, Field][] = [
  [/^\/rider/, 'rider'], [/\/origin/, 'from'], [/\/destination/, 'to'], [/^\/trips\/1\/requested_at/, 'back'],
  [/\/requested_at|\/at$/, 'time'], [/\/service_on|\/starts_on/, 'day'], [/\/companions/, 'companions'], [/\/needs/, 'needs'],
  [/^\/purpose/, 'purpose'], [/^\/rule/, 'repeat'],
];

/** The field that a pointer of the server means. */
export const fieldOf = (pointer: string): Field | null => FIELDS.find(([path]) => path.test(pointer))?.[1] ?? null;
