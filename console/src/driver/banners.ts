// Above the stop, only when needed: no connection, what is unsent, what was refused, a run that has changed.

import { el, type Child } from '../page/element';
import type { Entry } from './records';
import type { Scene } from './scene';

export const banners = (scene: Scene): Child[] => [connection(scene), ...scene.refused.map((entry) => refusal(scene, entry)), change(scene)];

/** A step that can still be taken back is not waiting for a connection. */
function connection({ say, clock, reachable, unsent, heardAt, now, act }: Scene): Child {
  const waiting = unsent.filter((entry) => !reachable || entry.heldUntil <= now).length;
  if (reachable && !waiting) return null;
  return el(
    'div', { class: 'banner warn', id: 'connection' },
    el('p', {}, ...(reachable ? [] : [el('strong', {}, say('offline')), ` – ${say('offline_as_of', { time: clock.clock(heardAt) })}`]),
      waiting ? el('span', { id: 'waiting' }, say.many('waiting', waiting)) : null),
    waiting ? el('button', { type: 'button', id: 'show-unsent', class: 'plain', onclick: () => act.showUnsent() }, say('show_unsent')) : null,
  );
}

function refusal({ say, act }: Scene, entry: Entry): HTMLElement {
  return el(
    'div', { class: 'banner bad', role: 'alert' },
    el('p', {}, el('strong', {}, say('refused_title')), ` – ${stepWord({ say }, entry)}, ${entry.about}. `, why({ say }, entry)),
    el('button', { type: 'button', id: `dismiss-${entry.key}`, class: 'plain', onclick: () => act.dismiss(entry) }, say('understood')),
  );
}

function why({ say }: Pick<Scene, 'say'>, { refused }: Entry): string {
  if (refused === 'illegal_move') return say('refused_illegal');
  return refused === 'not_found' ? say('refused_gone') : say('refused_other', { code: refused ?? '' });
}

export function stepWord({ say }: Pick<Scene, 'say'>, { step, problem }: Entry): string {
  if (problem) return `${say('problem')}: ${say(`problem_${problem}`)}`;
  if (!step) return say('stage_accepted');
  return step === 'no_show' ? say('do_no_show') : say(`stage_${step}`);
}

function change({ say, run, act }: Scene): Child {
  if (!run || run.acknowledged >= run.manifest || !run.stops.length) return null;
  const first = run.acknowledged === 0;
  return el(
    'div', { class: 'banner news', id: 'changed' },
    el('p', {}, el('strong', {}, say(first ? 'first_title' : 'changed_title')), first ? null : ` – ${counts({ say, run })}`),
    first ? null : el('button', { type: 'button', id: 'accept-change', class: 'plain', onclick: () => act.accept(run) }, say('accept_change')),
  );
}

function counts({ say, run }: Pick<Scene, 'say' | 'run'>): string {
  const of = (kind: string) => run?.changes.filter((one) => one.change === kind).length ?? 0;
  const parts = (['new', 'moved', 'taken'] as const).map((kind) => (of(kind) ? say(`changed_${kind}`, { n: of(kind) }) : ''));
  return parts.filter(Boolean).join(', ');
}
