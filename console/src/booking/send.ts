// Booking what was talked about, and giving it to the driver who was chosen.

import { ask, query, Refused } from '../api/ask';
import type { HandDone, Page } from '../api/records';
import { tell } from '../move/toast';
import { choose, view } from '../store/view';
import { goTo } from '../timeline/cursor';
import { clock, say, shortDay } from '../words/board';
import { bodyOf, booking, closeForm, commonOf, dayOf, firstGap, legsOf, type Draft } from './draft';
import type { Booked } from './records';
import { chosenOffer, driverOf, settled, wrongOf } from './trial';
import { anyKey } from '../api/ask';
import { readDay } from './typed';

const WEEKDAYS = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];

/** Book and assign; what is wrong is said at its field, and nothing that was typed is lost. */
export async function send(): Promise<void> {
  const { draft, sending } = booking.get();
  if (sending) return;
  const gap = firstGap(draft);
  if (gap) return refuse({ field: gap, text: say(`wrong_${gap}`) });
  booking.change({ sending: true, wrong: null });
  try {
    await settled(); // an offer for what stood there before may be of another day
    const made = draft.repeat.length > 0 ? await makeOrder(draft) : await ask<Booked>('/bookings', { method: 'POST', body: { ...bodyOf(draft), ...answer() } });
    await assignChosen(draft, made);
  } catch (error) {
    refuse(wrongOf(error));
  } finally {
    booking.change({ sending: false });
  }
}

const answer = () => {
  const { enquiry } = booking.get();
  return enquiry ? { enquiry_id: enquiry.enquiry_id } : {};
};

function refuse(wrong: ReturnType<typeof wrongOf>): void {
  booking.change({ wrong });
  if (wrong.field) document.querySelector<HTMLElement>(`#booking [name="${wrong.field}"]`)?.focus();
}

/** A standing order, and its booking of the day that was named, where the order has that day. */
async function makeOrder(draft: Draft): Promise<Booked | null> {
  const on = dayOf(draft)!;
  const rider = draft.rider!;
  if (rider.kind === 'new') await ask('/riders', { method: 'POST', body: { ref: rider.ref, name: rider.name } });
  const ref = `so-${anyKey().slice(0, 12)}`;
  const trips = await Promise.all(legsOf(draft).map(async ({ direction, anchor, time, origin, destination }) => ({
    direction, anchor, at: time, origin: await refOf(origin.id), destination: await refOf(destination.id), ...commonOf(draft),
  })));
  const until = draft.until ? `;UNTIL=${readDay(draft.until, on)!.replaceAll('-', '')}` : '';
  const rule = `FREQ=WEEKLY;BYDAY=${draft.repeat.map((n) => WEEKDAYS[n]).join(',')}${until}`;
  const whose = rider.kind === 'new' ? rider.ref : rider.usual.rider_id;
  await ask('/standing-orders', { method: 'POST', body: { ref, rider: whose, rule, starts_on: on, trips, purpose: draft.purpose } });
  await ask('/standing-orders/make', { method: 'POST', body: { through: on } });
  const { items } = await ask<Page<Booked>>(`/bookings?${query({ ref: `${ref}@${on}` })}`);
  return items[0] ?? null;
}

const refOf = async (placeId: number): Promise<string> => (await ask<{ ref: string }>(`/places/${placeId}`)).ref;

async function assignChosen(draft: Draft, made: Booked | null): Promise<void> {
  const on = dayOf(draft)!;
  const order = ['outbound', 'return', 'onward'];
  const trips = [...(made?.trips ?? [])].sort((a, b) => order.indexOf(a.direction) - order.indexOf(b.direction));
  const changes = trips.flatMap((trip, n) => {
    const offer = chosenOffer(n);
    return offer ? [{ kind: 'assign', trip_id: trip.trip_id, run_id: offer.run_id }] : [];
  });
  const done = changes.length > 0 ? await assign(on, changes) : true;
  tellOf(draft, on, done, changes.length > 0);
  const first = trips[0];
  const run = done ? (chosenOffer(0)?.run_id ?? null) : null;
  closeForm();
  if (!first || on !== view.get().day) return;
  choose(first.trip_id);
  if (run !== null) goTo({ runId: run, tripId: null });
}

async function assign(service_on: string, changes: object[]): Promise<boolean> {
  try {
    await ask<{ results: HandDone[] }>('/assignments', { method: 'POST', body: { service_on, changes } });
    return true;
  } catch (error) {
    if (error instanceof Refused) return false;
    throw error;
  }
}

function tellOf(draft: Draft, on: string, done: boolean, given: boolean): void {
  const name = draft.rider!.kind === 'known' ? draft.rider!.usual.name : draft.rider!.name;
  const offer = chosenOffer(0);
  const driver = offer ? driverOf(on, offer.run_id) : '';
  if (!done) return tell({ text: say('booked_only', { name, driver }), bad: true });
  if (!given) return tell({ text: say('booked_pool', { name, day: shortDay(on) }) });
  tell({ text: say('booked_with', { name, driver, time: clock(booking.get().trial?.[0]?.promised_from) || draft.time }), undo: on === view.get().day });
}
