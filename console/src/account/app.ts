// The page of one's own account as it lives: what the server says, shown again whenever something was changed.

import { ask, Refused } from '../api/ask';
import { announce, el, redraw, type Child } from '../page/element';
import { languageChoice } from '../page/languages';
import { unlessPressed } from '../page/press';
import { speechOf } from '../page/speech';
import { chooseLanguage, type Language } from '../words/catalogue';
import { clockOf } from '../words/clock';
import { appSection } from './factor';
import { passkeySection } from './passkeys';
import { passwordSection } from './password';
import type { Facts, LoginSession, Me, Passkey, Ways } from './records';
import { sessionSection } from './sessions';
import type { Scene } from './scene';
import { words } from './words';

// Whose page is where.
const HOME: Partial<Record<string, string>> = { driver: '/driver', institution: '/institution' };

export class App {
  private facts: Facts | null = null;
  private state: 'opening' | 'open' | 'ended' | 'half' | 'nobody' | 'unreachable' = 'opening';
  private language: Language;

  constructor(private readonly root: HTMLElement) {
    this.language = chooseLanguage(new URLSearchParams(location.search).get('lang'), localStorage.getItem('estafette.language'));
  }

  begin(): void {
    this.draw();
    void this.look();
    addEventListener('online', () => void this.look());
    document.addEventListener('visibilitychange', () => document.hidden || void this.look());
  }

  private async look(): Promise<void> {
    try {
      const me = await ask<Me>('/account');
      await this.take(me);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) this.end();
      else if (!this.facts) this.state = 'unreachable';
    }
    this.draw();
  }

  private async take({ user, must_enrol, recovery_codes }: Me): Promise<void> {
    if (!user) return void (this.state = 'nobody');
    const [{ items: sessions }, { items: passkeys }, ways] = await Promise.all([
      ask<{ items: LoginSession[] }>('/account/sessions'), ask<{ items: Passkey[] }>('/account/passkeys'), ask<Ways>('/sign-in/ways'),
    ]);
    // Who came in by the password alone must not set up another factor (flow/accounts/proving.py).
    const half = must_enrol && (user.second_factor || passkeys.length > 0);
    this.state = half ? 'half' : 'open';
    this.facts = { user, codes: recovery_codes, passkeys, sessions, ways };
  }

  private end(): void {
    document.querySelector('dialog')?.remove();
    [this.state, this.facts] = ['ended', null];
  }

  private get say() {
    return speechOf(words, this.language);
  }

  private draw(): void {
    unlessPressed(() => this.drawNow());
  }

  private drawNow(): void {
    document.documentElement.lang = this.language;
    document.title = `${this.say('title')} · Estafette`;
    redraw(this.root, this.head(), el('main', {}, ...this.body()));
  }

  private head(): HTMLElement {
    const { say, facts } = this;
    const back = facts && this.state === 'open' ? el('a', { class: 'plain', id: 'back', href: `${HOME[facts.user.role] ?? '/'}?lang=${this.language}` }, say('back')) : null;
    return el('header', {}, back, el('h1', {}, say('title')), languageChoice(this.language, (language) => this.speak(language), say('language')));
  }

  private body(): Child[] {
    const { say, facts, state } = this;
    if (state === 'opening' || state === 'unreachable') return [el('p', { class: 'card', role: 'status' }, say(state === 'opening' ? 'loading' : 'trouble_offline'))];
    if (state !== 'open' || !facts) {
      return [el('section', { class: 'card' }, el('p', { role: 'alert' }, say(state === 'open' ? 'ended' : state)), el('a', { class: 'main', id: 'sign-in', href: '/sign-in' }, say('sign_in')))];
    }
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const scene: Scene = { say, clock: clockOf(this.language, zone), facts, done: (said) => this.done(said), failed: (said) => this.done(said, true), left: () => this.left() };
    return [
      el('section', { class: 'card who' }, el('strong', {}, facts.user.name), el('span', {}, facts.user.email), el('span', { class: 'quiet' }, say(`role_${facts.user.role}`))),
      el('p', { id: 'told', role: 'status', class: 'told', tabindex: -1 }),
      passwordSection(scene), appSection(scene), passkeySection(scene), sessionSection(scene),
    ];
  }

  /** Show how it stands now, and say what was done. */
  private done(said: string, wrong = false): void {
    void this.look().then(() => {
      const told = document.getElementById('told');
      if (told) told.textContent = said;
      told?.classList.toggle('wrong', wrong);
      // What was pressed may have gone with what it was about.
      if (document.activeElement === document.body) told?.focus();
      announce(said);
    });
  }

  private left(): void {
    this.end();
    location.assign('/sign-in');
  }

  private speak(language: Language): void {
    this.language = language;
    localStorage.setItem('estafette.language', language);
    this.draw();
  }
}
