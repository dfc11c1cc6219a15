// The page of a run, from top to thumb.

import { el, icon, type Child } from '../page/element';
import { banners } from './banners';
import { card } from './card';
import { foot } from './foot';
import { progress } from './run';
import type { Scene } from './scene';
import { stops } from './stops';

export function page(scene: Scene): Node[] {
  return [head(scene), el('main', {}, ...banners(scene), runs(scene), ...body(scene)), foot(scene)];
}

function head({ say, clock, run, act }: Scene): HTMLElement {
  const { done, all } = run ? progress(run) : { done: 0, all: 0 };
  return el(
    'header', { class: 'head' }, el('h1', {}, run ? clock.shortDay(run.service_on) : say('title')),
    all ? el('span', { class: 'count', 'aria-label': say('trips_done', { done, all }), role: 'img' }, `${done} / ${all}`) : null,
    el('span', { class: 'vehicle' }, run?.vehicle ?? ''),
    el('button', { type: 'button', id: 'menu', class: 'icon-only', 'aria-label': say('more'), onclick: () => act.menu() }, icon('more')),
  );
}

/** Today's and tomorrow's runs, where there is more than one. */
function runs({ say, clock, runs: { runs: all }, run: shown, act }: Scene): Child {
  if (all.length < 2) return null;
  return el('nav', { class: 'runs', 'aria-label': say('runs') }, ...all.map((run) => el('button', {
    type: 'button', id: `run-${run.run_id}`, 'aria-pressed': run === shown ? 'true' : 'false', onclick: () => act.show(run),
  }, `${clock.shortDay(run.service_on)} ${clock.clock(run.shift_from)}`)));
}

function body(scene: Scene): Child[] {
  const { say, run, stop } = scene;
  if (!run) return [notice(say('none_title'), say('none'))];
  if (!run.stops.some((one) => one.trip_id)) return [notice(clockTitle(scene), say('empty'))];
  return [stop ? card(scene, stop) : notice(say('over_title'), say('over')), stops(scene)];
}

const clockTitle = ({ clock, run }: Scene): string => (run ? clock.span(run.shift_from, run.shift_to) : '');

const notice = (title: string, text: string) => el('section', { class: 'card' }, el('h2', {}, title), el('p', {}, text));
