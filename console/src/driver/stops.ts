// All stops of a run in their order; each can be chosen, since the road does not always follow the plan.

import { el, icon } from '../page/element';
import { minutesBetween } from '../words/clock';
import type { Stop } from './records';
import { isOfTrip, isOpen } from './run';
import { stopId, type Scene } from './scene';
import { needsOf } from './card';

const ENDED = ['cancelled', 'no_show', 'missed', 'completed'] as const;

export function stops(scene: Scene): HTMLElement {
  const { say, run } = scene;
  return el(
    'section', { class: 'stops', 'aria-labelledby': 'stops-title' }, el('h2', { id: 'stops-title' }, say('stops')),
    el('ol', {}, ...(run?.stops ?? []).map((stop) => el('li', {}, row(scene, stop)))),
  );
}

function row(scene: Scene, stop: Stop): HTMLElement {
  const { clock, now, stop: shown, act } = scene;
  const open = isOpen(stop, now);
  const parts = [
    el('span', { class: 'time' }, clock.clock(stop.at)), el('span', { class: 'what' }, ...what(scene, stop)), mark(scene, stop, open),
  ];
  if (!isOfTrip(stop)) return el('div', { class: 'stop aside' }, ...parts);
  const present = shown && stopId(shown) === stopId(stop);
  return el('button', {
    type: 'button', id: `stop-${stopId(stop)}`, class: `stop${open ? '' : ' over'}`, 'aria-current': present ? 'true' : null, onclick: () => act.choose(stop),
  }, ...parts);
}

function what({ say }: Scene, stop: Stop): (Node | string)[] {
  if (stop.kind === 'break') return [`${say('break')} ${say('minutes', { n: minutesBetween(stop.at, stop.until) })}`];
  if (!isOfTrip(stop)) return [say(stop.kind)];
  const rest = [say(stop.kind), ...(stop.kind === 'pickup' ? needsOf(say, stop) : [])].join(' · ');
  return [el('strong', {}, `${stop.rider ?? ''}`), ` ${stop.place ?? ''}`, el('small', {}, rest)];
}

function mark({ say, run }: Scene, stop: Stop, open: boolean): HTMLElement | null {
  if (!isOfTrip(stop)) return null;
  const ended = !open && ENDED.find((status) => status === stop.status);
  if (ended) return el('span', { class: 'mark' }, ended === 'completed' ? icon('done') : null, say(`status_${ended}`));
  if (!open) return el('span', { class: 'mark' }, icon('done'), say('stage_on_board'));
  const change = run?.acknowledged ? run.changes.find((one) => one.trip_id === stop.trip_id)?.change : undefined;
  return change === 'new' || change === 'moved' ? el('span', { class: 'mark news' }, say(`mark_${change}`)) : null;
}
