// The institution's page as it lives: what the server says, shown again whenever something has happened.

import { ask, Refused } from '../api/ask';
import { openDialog } from '../page/dialog';
import { announce, el, redraw, type Child } from '../page/element';
import { languageChoice } from '../page/languages';
import { unlessPressed } from '../page/press';
import { speechOf } from '../page/speech';
import { chooseLanguage, type Language } from '../words/catalogue';
import { clockOf } from '../words/clock';
import { askedFor } from './asked';
import { openBooking } from './booking';
import type { Asked, Trip, Ward } from './records';
import { day, riderOf } from './trips';
import { words } from './words';

const EVERY_MS = 15_000;
// The stream says when to look; each look is a reading of riders, and is entered as one.
const AT_LEAST_MS = 5 * 60_000;
// Much happens at once when a plan is applied.
const CALM_MS = 500;

export class App {
  private ward: Ward | null = null;
  private state: 'opening' | 'open' | 'ended' | 'foreign' = 'opening';
  private language: Language;
  private reachable = true;
  private heardAt = Date.now();
  private source: EventSource | null = null;
  private drawn = '';
  private timer = 0;
  /** Looks so far: the answer to an earlier one is out of date. */
  private looks = 0;

  constructor(private readonly root: HTMLElement) {
    this.language = chooseLanguage(new URLSearchParams(location.search).get('lang'), localStorage.getItem('estafette.language'));
  }

  begin(): void {
    this.draw();
    this.listen();
    addEventListener('online', () => void this.look());
    document.addEventListener('visibilitychange', () => document.hidden || void this.look());
    setInterval(() => document.hidden || this.isFresh() || void this.look(), EVERY_MS);
  }

  private isFresh(): boolean {
    return this.reachable && this.source?.readyState === EventSource.OPEN && Date.now() - this.heardAt < AT_LEAST_MS;
  }

  private async look(): Promise<void> {
    if (this.state === 'ended') return;
    const look = ++this.looks;
    try {
      const ward = await ask<Ward>('/ward');
      if (look !== this.looks) return;
      this.ward = ward;
      [this.state, this.reachable, this.heardAt] = ['open', true, Date.now()];
      this.listen();
    } catch (error) {
      if (look !== this.looks) return;
      if (!(error instanceof Refused) || error.status >= 500 || error.status === 429) this.reachable = false;
      else this.end(error.status === 401 ? 'ended' : 'foreign');
    }
    this.draw();
  }

  /** Look once the stream is open, also again: it says nothing of what happened before. */
  private listen(): void {
    if (this.source && this.source.readyState !== EventSource.CLOSED) return;
    this.source = new EventSource('/api/v1/ward/events');
    this.source.addEventListener('open', () => void this.look());
    this.source.addEventListener('error', () => this.ward || void this.look());
    this.source.addEventListener('changed', () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.look(), CALM_MS);
    });
  }

  /** Whoever sits here next sees no rider. */
  private end(state: 'ended' | 'foreign'): void {
    this.looks += 1;
    this.source?.close();
    document.querySelector('dialog')?.remove();
    [this.state, this.ward] = [state, null];
  }

  private get say() {
    return speechOf(words, this.language);
  }

  private draw(): void {
    unlessPressed(() => this.drawNow());
  }

  private drawNow(): void {
    const drawn = JSON.stringify([this.ward, this.state, this.language, this.reachable]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    document.documentElement.lang = this.language;
    document.title = `${this.ward?.institution ?? this.say('title')} · Estafette`;
    redraw(this.root, this.head(), el('main', {}, ...this.body()));
  }

  private head(): HTMLElement {
    const { say, ward } = this;
    return el(
      'header', {}, el('h1', {}, ward?.institution ?? say('title')), el('span', { class: 'company' }, ward?.company ?? ''),
      languageChoice(this.language, (language) => this.speak(language), say('language')),
      ward ? el('a', { class: 'plain', id: 'account', href: `/account?lang=${this.language}` }, say('account')) : null,
      ward ? el('button', { type: 'button', class: 'plain', id: 'sign-out', onclick: () => void this.signOut() }, say('sign_out')) : null,
    );
  }

  private body(): Child[] {
    const { say, ward } = this;
    if (this.state === 'ended' || this.state === 'foreign') {
      return [el('section', { class: 'card' }, el('p', { role: 'alert' }, say(this.state)), el('a', { class: 'main', id: 'sign-in', href: '/sign-in' }, say('sign_in')))];
    }
    const clock = clockOf(this.language, ward?.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
    const lost = this.reachable ? null : el('p', { class: 'banner', role: 'status', id: 'connection' }, say('unreachable', { time: clock.clock(this.heardAt) }));
    if (!ward) return [lost ?? el('p', { class: 'card', role: 'status' }, say('loading'))];
    const view = { say, clock, ward, ready: (trip: Trip) => void this.ready(trip), cancel: (trip: Trip) => this.cancel(trip), withdraw: (asked: Asked) => void this.withdraw(asked) };
    const [today = '', tomorrow = ''] = ward.days;
    return [
      lost, el('div', { class: 'book' }, el('button', { type: 'button', class: 'main', id: 'book', onclick: () => openBooking(say, ward, (name, how) => this.done(say(`${how}_said`, { name }))) }, say('book')),
      el('p', { id: 'told', role: 'status', class: 'told' })), askedFor(view), day(view, today, say('today')), day(view, tomorrow, say('tomorrow')),
    ];
  }

  private async ready(trip: Trip): Promise<void> {
    const name = this.ward ? riderOf(this.ward, trip) : '';
    await this.send(`/trips/${trip.trip_id}/ready`, {}, this.say('ready_said', { name }));
  }

  private cancel(trip: Trip): void {
    const { say, ward } = this;
    const name = ward ? riderOf(ward, trip) : '';
    const confirm = () => {
      close();
      void this.send(`/trips/${trip.trip_id}/cancel`, { by: 'institution' }, say('cancelled_said', { name }));
    };
    const close = openDialog(
      say('cancel_title'), say('keep'), el('p', {}, name),
      el('button', { type: 'button', class: 'main risky', id: 'cancel-confirm', onclick: confirm }, say('cancel_confirm')),
    );
  }

  private async withdraw(asked: Asked): Promise<void> {
    await this.send(`/enquiries/${asked.enquiry_id}/withdraw`, {}, this.say('withdrawn_said', { name: asked.rider }));
  }

  private async send(path: string, body: object, said: string): Promise<void> {
    try {
      await ask(path, { method: 'POST', body });
      this.done(said);
    } catch (error) {
      this.done(this.say('refused', { why: error instanceof Refused ? error.message : this.say('offline') }));
    }
  }

  /** Show how it stands now, and say what was done. */
  private done(said: string): void {
    void this.look().then(() => {
      const told = document.getElementById('told');
      if (told) told.textContent = said;
      announce(said);
    });
  }

  private speak(language: Language): void {
    this.language = language;
    localStorage.setItem('estafette.language', language);
    this.draw();
  }

  private async signOut(): Promise<void> {
    await ask('/sign-out', { method: 'POST', body: {} }).catch(() => undefined);
    this.end('ended');
    this.draw();
  }
}
