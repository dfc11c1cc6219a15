// The stop that is shown large: when, who, where, what they need; the call and the way there.

import { el, icon, type Child } from '../page/element';
import type { Status, Stop } from './records';
import { isOfTrip } from './run';
import type { Say, Scene } from './scene';

const STAGES = ['accepted', 'en_route', 'arrived', 'on_board', 'completed'] as const;

export function card(scene: Scene, stop: Stop): HTMLElement {
  const { say, clock } = scene;
  return el(
    'section', { class: 'card', 'aria-labelledby': 'stop-title' },
    isOfTrip(stop) ? stages(say, stop.status) : null,
    el('p', { class: 'kind' }, say(stop.kind)),
    el('h2', { id: 'stop-title' }, el('span', { class: 'time' }, clock.clock(stop.at)), ` ${stop.rider ?? say(stop.kind)}`),
    promise(scene, stop),
    needs(say, stop),
    el(
      'div', { class: 'where' }, el('strong', {}, stop.place ?? ''), addressOf(stop) ? el('span', {}, addressOf(stop)) : null,
      stop.access_note ? el('span', { class: 'access' }, stop.access_note) : null,
    ),
    other(scene, stop),
    stop.estimated ? el('p', { class: 'quiet' }, say('estimated')) : null,
    links(scene, stop),
  );
}

/** Where the trip stands, in words; the colours say it again. */
function stages(say: Say, status: Status): HTMLElement {
  const at = STAGES.findIndex((stage) => stage === status);
  const one = (stage: (typeof STAGES)[number], n: number) =>
    el('li', { class: n < at ? 'past' : n === at ? 'present' : 'coming', ...(n === at ? { 'aria-current': 'step' } : {}) }, say(`stage_${stage}`));
  return el('ol', { class: 'stages' }, ...STAGES.map(one));
}

function promise({ say, clock }: Scene, stop: Stop): Child {
  if (!stop.requested_at) return null;
  const said = stop.anchor === 'arrive_by' ? 'appointment' : 'wished';
  return el('p', { class: 'promise' }, say(said, { time: clock.clock(stop.requested_at) }));
}

/** The space, who comes along and what is needed, most telling first. */
export function needsOf(say: Say, stop: Stop): string[] {
  const { stretchers = 0, wheelchairs = 0, seats = 0 } = stop.takes ?? {};
  const companions = stop.companions ?? 0;
  return [
    stretchers ? say.many('stretchers', stretchers) : '', wheelchairs ? say.many('wheelchairs', wheelchairs) : '',
    seats > companions ? say.many('seats', seats - companions) : '',
    companions ? say.many('companions', companions) : '', stop.rides_alone ? say('alone') : '', ...(stop.needs ?? []),
  ].filter(Boolean);
}

function needs(say: Say, stop: Stop): Child {
  const found = isOfTrip(stop) ? needsOf(say, stop) : [];
  return found.length ? el('p', { class: 'needs' }, found.join(' · ')) : null;
}

/** Without the name of the place, where the address begins with it. */
const addressOf = ({ place, address = '' }: Stop): string =>
  address === place ? '' : address.startsWith(`${place}, `) ? address.slice(place!.length + 2) : address;

/** The other end of the trip, so that the driver can say where it goes. */
function other({ say, run }: Scene, stop: Stop): Child {
  const end = run?.stops.find((one) => one.trip_id && one.trip_id === stop.trip_id && one.kind !== stop.kind);
  if (!end?.place) return null;
  return el('p', { class: 'other' }, say(stop.kind === 'pickup' ? 'to' : 'from', { place: end.place }), addressOf(end) ? `, ${addressOf(end)}` : '');
}

function links({ say, act }: Scene, stop: Stop): Child {
  const way = stop.links && el('button', { type: 'button', id: 'navigate', class: 'plain', onclick: () => act.navigate(stop) }, icon('way'), say('navigate'));
  const phone = stop.phone && el('a', { id: 'call', class: 'plain', href: `tel:${stop.phone.replace(/[^+\d]/g, '')}` }, icon('call'), say('call'));
  return way || phone ? el('div', { class: 'links' }, way, phone) : null;
}
