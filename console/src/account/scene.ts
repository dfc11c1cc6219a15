// What each part of the page is drawn from, and how it says that something was done.

import { el, type Child } from '../page/element';
import type { Clock } from '../words/clock';
import type { Say } from './form';
import type { Facts } from './records';

export interface Scene {
  say: Say;
  clock: Clock;
  facts: Facts;
  /** Something was changed: look again, and say so. */
  done(said: string): void;
  failed(said: string): void;
  /** This session has ended. */
  left(): void;
}

export const section = (id: string, title: string, ...children: Child[]): HTMLElement =>
  el('section', { class: 'card', id, 'aria-labelledby': `${id}-title` }, el('h2', { id: `${id}-title` }, title), ...children);

export const button = (id: string, word: string, does: () => void, more: Record<string, string> = {}): HTMLButtonElement =>
  el('button', { type: 'button', class: 'plain', id, onclick: does, ...more }, word);
