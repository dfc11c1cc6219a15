// The page of a phone that nobody is linked to (any more): the code, and nothing of any rider.

import { Refused } from '../api/ask';
import { el } from '../page/element';
import { comeIn, tokenOf, type Welcome } from '../page/entrance';
import type { Say } from './scene';

export interface Linking {
  ended: boolean;
  unsent: number;
  trouble: string;
  linked(welcome: Welcome): void;
  /** It did not work: the page that is drawn next says so too. */
  failed(trouble: string): void;
}

export function linking(say: Say, { ended, unsent, trouble, linked, failed }: Linking): HTMLElement {
  const told = el('p', { class: 'trouble', role: 'alert', id: 'link-trouble' }, trouble);
  const field = el('input', {
    id: 'link-field', type: 'text', autocomplete: 'one-time-code', autocapitalize: 'off', spellcheck: 'false', required: true, 'aria-describedby': 'link-trouble',
  });
  const press = el('button', { type: 'submit', class: 'main', id: 'link' }, say('link'));
  const submit = async (event: Event) => {
    event.preventDefault();
    const token = tokenOf(field.value);
    told.textContent = token ? '' : say('link_none');
    if (!token) return field.focus();
    press.disabled = true;
    try {
      linked(await comeIn(token));
    } catch (error) {
      told.textContent = troubleOf(say, error);
      press.disabled = false;
      failed(told.textContent);
    }
  };
  return el(
    'form', { class: 'card linking', novalidate: true, onsubmit: (event) => void submit(event) },
    el('h1', {}, say(ended ? 'ended_title' : 'link_title')),
    unsent ? el('p', { class: 'needs' }, say('ended_kept', { n: unsent })) : null,
    el('p', {}, say('link_lead')), el('label', { for: 'link-field' }, say('link_field'), field), told, press,
    window.isSecureContext ? null : el('p', { class: 'quiet' }, say('plain')),
  );
}

export function troubleOf(say: Say, error: unknown): string {
  if (!(error instanceof Refused)) return say('unreachable');
  return error.status === 401 ? say('link_worthless') : error.message;
}
