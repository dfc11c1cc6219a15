// Under the thumb: the next step, a no-show, and what can still be taken back.

import { el, icon, type Child } from '../page/element';
import { nextStep } from './run';
import type { Scene } from './scene';

export function foot(scene: Scene): HTMLElement {
  return el('footer', { class: 'foot' }, undo(scene), ...buttons(scene));
}

function buttons(scene: Scene): Child[] {
  const { say, run, stop, chosen, act } = scene;
  if (run && !run.acknowledged && run.stops.length) {
    return [main('accept', say('accept'), () => act.accept(run))];
  }
  if (!stop) return [];
  const step = nextStep(stop);
  return [
    step ? main('step', say(`do_${step}`), () => act.step(stop, step)) : waits(scene),
    stop.status === 'arrived' && stop.kind === 'pickup'
      ? el('button', { type: 'button', id: 'no-show', class: 'plain risky', onclick: () => act.askNoShow(stop) }, say('do_no_show')) : null,
    el('button', { type: 'button', id: 'problem', class: 'plain', onclick: () => run && act.problem(run) }, say('problem')),
    chosen ? el('button', { type: 'button', id: 'back', class: 'plain', onclick: () => act.choose(null) }, say('back_to_next')) : null,
  ];
}

const main = (id: string, text: string, does: () => void) =>
  el('button', { type: 'button', id, class: 'main', onclick: does }, text);

function waits({ say, stop }: Scene): Child {
  const early = stop?.kind === 'dropoff' && stop.status !== 'completed' && stop.status !== 'no_show';
  return early ? el('p', { class: 'quiet' }, say('waits_for_pickup')) : null;
}

function undo({ say, clock, undoable, act }: Scene): Child {
  if (!undoable?.step) return null;
  const word = undoable.step === 'no_show' ? 'do_no_show' : (`stage_${undoable.step}` as const);
  return el(
    'div', { class: 'undo' }, el('span', {}, say('taken', { step: say(word), time: clock.clock(undoable.at) })),
    el('button', { type: 'button', id: 'undo', class: 'plain', onclick: () => act.undo(undoable) }, icon('undo'), say('undo')),
  );
}
