// Forms in a dialog: what is typed is sent, what is wrong is said beside it, and it closes once it has worked.

import { openDialog } from '../page/dialog';
import { el, type Child } from '../page/element';
import type { Speech } from '../page/speech';
import { troubleOf, type Own } from './trouble';
import type { words } from './words';

export type Say = Speech<typeof words>;

interface Shape {
  title: string;
  content?: Child[];
  fields: HTMLInputElement[];
  press: string;
  risky?: boolean;
  own?: Own;
  /** Gives what is done once the form has gone. */
  perform(): Promise<() => void>;
}

/** A field with its label; `id` is what a story finds it by. */
export const field = (id: string, attributes: Record<string, string | number | boolean> = {}): HTMLInputElement =>
  el('input', { id, required: true, 'aria-describedby': 'form-trouble', ...attributes });

export const passwordField = (id = 'password'): HTMLInputElement => field(id, { type: 'password', autocomplete: 'current-password', maxlength: 128 });

/** Show a form until what it asks has worked or its reader leaves it. */
export function openForm(say: Say, labels: Record<string, string>, { title, content = [], fields, press, risky = false, own, perform }: Shape): void {
  const told = el('p', { class: 'trouble', role: 'alert', id: 'form-trouble' });
  const button = el('button', { type: 'submit', class: risky ? 'main risky' : 'main', id: 'form-send' }, press);
  const submit = async (event: Event) => {
    event.preventDefault();
    const empty = fields.find((one) => one.required && !one.value.trim());
    told.textContent = empty ? say('trouble_empty', { what: labels[empty.id] ?? '' }) : '';
    if (empty) return empty.focus();
    button.disabled = true;
    try {
      const then = await perform();
      close();
      then();
    } catch (error) {
      told.textContent = troubleOf(say, error, own);
      button.disabled = false;
      (fields[0] ?? button).focus();
      fields[0]?.select();
    }
  };
  const lines = fields.map((one) => el('label', { for: one.id }, labels[one.id] ?? '', one));
  const close = openDialog(title, say('keep'), el('form', { novalidate: true, onsubmit: (event) => void submit(event) }, ...content, ...lines, told, button));
  fields[0]?.focus();
}
