// What is asked beside the run: a no-show, the way there, what is unsent, the phone itself.

import { openDialog } from '../page/dialog';
import { el } from '../page/element';
import { languageChoice } from '../page/languages';
import type { Language } from '../words/catalogue';
import { stepWord } from './banners';
import type { Entry, Links, Stop } from './records';
import type { Say, Scene } from './scene';

const MINUTE_MS = 60_000;

/** Ask what must be known of a rider who is not there; `said` is called once it is. */
export function askNoShow(scene: Scene, stop: Stop, arrivedAt: number | undefined, said: (facts: Record<string, unknown>) => void): void {
  const { say, clock, now } = scene;
  const waited = arrivedAt ? Math.max(0, Math.floor((now - arrivedAt) / MINUTE_MS)) : 0;
  const minutes = el('input', { type: 'number', id: 'waited', min: 0, max: 240, value: waited, required: true, inputmode: 'numeric' });
  const trouble = el('p', { class: 'trouble', role: 'alert', id: 'no-show-trouble' });
  const form = el(
    'form', { novalidate: true, onsubmit: submit }, arrivedAt ? el('p', {}, `${say('no_show_arrived')} `, el('strong', {}, clock.clock(arrivedAt))) : null,
    el('label', { for: 'waited' }, say('no_show_waited'), minutes),
    el('fieldset', {}, el('legend', {}, say('no_show_question')), choice('yes', say('no_show_called')), choice('no', say('no_show_not_called'))),
    trouble, el('button', { type: 'submit', class: 'main risky', id: 'no-show-confirm' }, say('no_show_confirm')),
  );
  const close = openDialog(say('no_show_title'), say('close'), el('p', {}, `${stop.rider ?? ''} · ${stop.place ?? ''}`), form);

  function submit(event: Event): void {
    event.preventDefault();
    const called = form.querySelector<HTMLInputElement>('input[name=called]:checked')?.value;
    trouble.textContent = called ? '' : say('no_show_say');
    if (!called || !minutes.checkValidity()) return (called ? minutes : form.querySelector<HTMLInputElement>('input[name=called]'))?.focus();
    close();
    const waited_s = Math.round(Number(minutes.value) * 60);
    said({ arrived_at: new Date(arrivedAt ?? now - waited_s * 1000).toISOString(), waited_s, called: called === 'yes' });
  }
}

const choice = (value: string, text: string) =>
  el('label', { class: 'choice' }, el('input', { type: 'radio', name: 'called', value, 'aria-describedby': 'no-show-trouble' }), text);

export function chooseWay({ say }: Scene, stop: Stop, links: Links): void {
  const ways = [[say('map_geo'), links.geo], ['Google Maps', links.google], ['Apple Maps', links.apple], ['Waze', links.waze]] as const;
  const list = el('ul', { class: 'ways' }, ...ways.map(([name, href]) => el('li', {}, el('a', {
    href, rel: 'noreferrer', class: 'plain', ...(href.startsWith('geo:') ? {} : { target: '_blank' }),
  }, name))));
  openDialog(say('navigate_title'), say('close'), el('p', {}, stop.place ?? ''), list);
}

export function showUnsent(scene: Scene): void {
  const line = (entry: Entry) => el('li', {}, el('strong', {}, `${scene.clock.clock(entry.at)} ${stepWord(scene, entry)}`), ` – ${entry.about}`);
  openDialog(scene.say('unsent_title'), scene.say('close'), el('ol', { class: 'unsent' }, ...scene.unsent.map(line)));
}

export interface Menu {
  name: string;
  dark: boolean;
  positions: boolean;
  language(wanted: Language): void;
  theme(wanted: 'light' | 'dark'): void;
  share(wanted: boolean): void;
  push(): Promise<boolean>;
  signOut(): void;
}

export function showMenu(say: Say, language: Language, menu: Menu): void {
  const told = el('p', { class: 'quiet', role: 'status' });
  const select = languageChoice(language, (wanted) => done(() => menu.language(wanted)));
  const share = el('input', { type: 'checkbox', id: 'positions', checked: menu.positions, onchange: () => menu.share(share.checked) });
  const tell = async () => {
    told.textContent = say((await menu.push()) ? 'push_on' : 'push_denied');
  };
  const close = openDialog(
    say('menu_title'), say('close'), menu.name ? el('p', {}, menu.name) : null,
    el('label', { for: 'language' }, say('language'), select),
    el('label', { class: 'choice' }, share, say('positions')),
    el('button', { type: 'button', class: 'plain', id: 'theme', onclick: () => done(() => menu.theme(menu.dark ? 'light' : 'dark')) }, say(menu.dark ? 'light' : 'dark')),
    el('button', { type: 'button', class: 'plain', id: 'push', onclick: () => void tell() }, say('push')), told,
    el('button', { type: 'button', class: 'plain risky', id: 'sign-out', onclick: () => done(menu.signOut) }, say('sign_out')),
  );
  const done = (does: () => void) => {
    close();
    does();
  };
}
