// The driver's page as it lives: it reads what this phone keeps, draws it, and brings phone and server together.

import { ask, Refused } from '../api/ask';
import { announce, el, redraw } from '../page/element';
import { takeToken, comeIn, type Welcome } from '../page/entrance';
import { unlessPressed } from '../page/press';
import { speechOf } from '../page/speech';
import { chooseLanguage, type Language } from '../words/catalogue';
import { clockOf } from '../words/clock';
import { forget, keep, read, whenChanged } from './kept';
import { linking, troubleOf } from './linking';
import { isListening, listen, stopListening, wake } from './live';
import { addProblem, addSeen, addStep, drop, flush, outbox, refusals, release, undoable, unsent } from './outbox';
import { page } from './page';
import { follow, sendPositions } from './position';
import { askNoShow, chooseWay, showMenu, showUnsent } from './dialogs';
import { askProblem } from './problem';
import { subscribe } from './push';
import type { Problem, Run, Runs, Step, Stop } from './records';
import { foreseen, isGoing, nextStop, presentRun, unforgotten } from './run';
import { aboutOf, stopId, type Actions, type Scene } from './scene';
import { words } from './words';

// While the stream is heard; each reading names riders, and is entered as one.
const READ_EVERY_MS = 5 * 60_000;

export class App {
  private state: 'opening' | 'linked' | 'unlinked' = read('userId') ? 'linked' : 'opening';
  private language: Language;
  private reachable = true;
  private trouble = '';
  private readAt = 0;
  private chosen: string | null = null;
  private shown: number | null = null;
  private drawn = '';
  private looking = false;
  private again = false;
  /** Counts links and signings out: an answer to a link before is nobody's any more. */
  private link = 0;

  constructor(private readonly root: HTMLElement) {
    this.language = chooseLanguage(new URLSearchParams(location.search).get('lang'), read('language'));
  }

  async begin(): Promise<void> {
    this.theme(read('theme'));
    this.draw();
    await this.takeLink();
    addEventListener('hashchange', () => void this.takeLink());
    wake({ look: (urgent) => void this.look(urgent), tick: () => this.tick(), leave: () => this.leave() });
    whenChanged(() => this.draw());
    await this.look(true);
  }

  private async takeLink(): Promise<void> {
    const token = takeToken();
    if (!token) return;
    try {
      await this.linked(await comeIn(token));
    } catch (error) {
      this.trouble = troubleOf(this.say, error);
      if (!read('userId')) this.state = 'unlinked';
      this.draw();
    }
  }

  /** Another driver's stops and steps are not this one's. */
  private async linked({ user_id }: Welcome): Promise<void> {
    this.link += 1;
    if (read('userId') !== user_id) forget();
    keep('userId', user_id);
    keep('name', await ask<{ user: { name: string } | null }>('/account').then(({ user }) => user?.name ?? '', () => ''));
    [this.state, this.trouble] = ['linked', ''];
    await navigator.storage?.persist?.();
    await this.look(true);
  }

  // What is shown ---------------------------------------------------------------------------------------------------

  private get say() {
    return speechOf(words, this.language);
  }

  private scene(): Scene {
    const now = Date.now();
    const kept = unforgotten(read('runs') ?? { zone: 'UTC', runs: [] }, now);
    const runs = foreseen(kept, outbox());
    const run = runs.runs.find((one) => one.run_id === this.shown) ?? presentRun(runs.runs, now);
    const chosen = run?.stops.find((stop) => stopId(stop) === this.chosen);
    const next = run && nextStop(run, now);
    return {
      say: this.say, clock: clockOf(this.language, kept.zone), language: this.language, now, runs, run, stop: chosen ?? next,
      chosen: Boolean(chosen && chosen !== next), unsent: unsent(), refused: refusals(), undoable: undoable(now),
      reachable: this.reachable, heardAt: read('heardAt') ?? now, act: this.act,
    };
  }

  /** Draw what has changed, and nothing under a finger. */
  private draw(): void {
    unlessPressed(() => this.drawNow());
  }

  private drawNow(): void {
    const scene = this.scene();
    const { act: _, say: __, clock: ___, now, ...facts } = scene;
    const drawn = JSON.stringify([facts, this.state, this.trouble, Math.floor(now / 60_000)]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    document.documentElement.lang = this.language;
    document.title = `${this.say('title')} · Estafette`;
    redraw(this.root, ...this.content(scene));
    follow(scene.run && this.state === 'linked' && (read('positions') ?? true) && isGoing(scene.run) ? scene.run.run_id : null);
  }

  private content(scene: Scene): Node[] {
    if (this.state === 'unlinked') {
      const linked = (welcome: Welcome) => void this.linked(welcome);
      const failed = (trouble: string) => {
        this.trouble = trouble;
        this.draw();
      };
      return [el('main', {}, linking(this.say, { ended: read('userId') !== null, unsent: unsent().length, trouble: this.trouble, linked, failed }))];
    }
    if (this.state === 'opening' || !read('runs')) {
      return [el('main', {}, el('p', { class: 'card', role: 'status' }, this.say(this.reachable ? 'loading' : 'unreachable')))];
    }
    return page(scene);
  }

  private tick(): void {
    const kept = read('runs');
    if (kept && unforgotten(kept, Date.now()).runs.length < kept.runs.length) keep('runs', unforgotten(kept, Date.now()));
    if (unsent()[0]?.step && unsent().every((entry) => entry.heldUntil < Date.now()) && this.reachable) void this.look(true);
    this.draw();
  }

  // What is done ----------------------------------------------------------------------------------------------------

  private readonly act: Actions = {
    step: (stop, step) => this.take(stop, step),
    askNoShow: (stop) => {
      const arrivedAt = (stop.trip_id && read('arrived')?.[stop.trip_id]) || undefined;
      askNoShow(this.scene(), stop, arrivedAt, (facts) => this.take(stop, 'no_show', facts));
    },
    accept: (run) => this.accept(run),
    undo: (entry) => {
      drop(entry.key);
      announce(this.say('undone'));
      this.draw();
    },
    choose: (stop) => {
      this.chosen = stop && stopId(stop);
      this.draw();
      this.toTop();
    },
    show: (run) => {
      [this.shown, this.chosen] = [run.run_id, null];
      this.draw();
    },
    navigate: (stop) => stop.links && chooseWay(this.scene(), stop, stop.links),
    problem: (run) => askProblem(this.scene(), (problem, note, tripId) => this.report(run, problem, note, tripId)),
    menu: () => this.menu(),
    showUnsent: () => showUnsent(this.scene()),
    dismiss: (entry) => {
      drop(entry.key);
      this.draw();
    },
  };

  private take(stop: Stop, step: Step, facts: Record<string, unknown> = {}): void {
    if (!stop.trip_id) return;
    const scene = this.scene();
    addStep(stop.trip_id, step, aboutOf(scene, stop), facts);
    this.chosen = null;
    const word = step === 'no_show' ? 'do_no_show' : (`stage_${step}` as const);
    announce(this.say('taken', { step: this.say(word), time: scene.clock.clock(Date.now()) }));
    this.draw();
    this.toTop();
    void this.look(true);
  }

  private report(run: Run, problem: Problem, note: string, tripId: number | null): void {
    addProblem(run.run_id, tripId, problem, note, this.scene().clock.clock(Date.now()));
    announce(this.say('problem_kept'));
    this.draw();
    void this.look(true);
  }

  private toTop(): void {
    this.root.querySelector('main')?.scrollTo({ top: 0 });
  }

  private accept(run: Run): void {
    addSeen(run.run_id, run.manifest, `${run.vehicle}, ${this.scene().clock.shortDay(run.service_on)}`);
    this.draw();
    void this.look(true);
  }

  // Phone and server ------------------------------------------------------------------------------------------------

  /** Send what is unsent, then read the runs; whoever asks meanwhile has it done once more. */
  private async look(urgent: boolean): Promise<void> {
    this.again ||= urgent && this.looking;
    if (this.looking || this.state === 'unlinked') return;
    this.looking = true;
    try {
      const { link } = this;
      const flushed = await flush();
      if (flushed === 'signed_out' && link === this.link) return this.unlink();
      if (flushed === 'unreachable') this.reachable = false;
      else if (urgent || !isListening() || Date.now() - this.readAt > READ_EVERY_MS) await this.readRuns();
      await sendPositions(Date.now());
    } finally {
      this.looking = false;
      this.draw();
    }
    if (!this.again) return;
    this.again = false;
    await this.look(true);
  }

  private async readRuns(): Promise<void> {
    const { link } = this;
    try {
      const runs = await ask<Runs>('/my/runs');
      if (link !== this.link) return;
      keep('runs', unforgotten(runs, Date.now()));
      [this.reachable, this.readAt] = [true, Date.now()];
      keep('heardAt', this.readAt);
      this.state = 'linked';
      if (!isListening()) listen(read('cursor') ?? 0, (cursor) => this.heard(cursor));
    } catch (error) {
      if (link !== this.link) return;
      if (!(error instanceof Refused) || error.status >= 500 || error.status === 429) this.reachable = false;
      else this.unlink(error.status === 403 ? this.say('link_foreign') : '');
    }
  }

  private heard(cursor: number): void {
    if (cursor) keep('cursor', cursor);
    void this.look(true);
  }

  /** Nobody is linked any more: what tells of riders goes, what the driver did stays until somebody is. */
  private unlink(trouble = ''): void {
    stopListening();
    keep('runs', null);
    [this.state, this.trouble] = ['unlinked', trouble];
    this.draw();
  }

  private leave(): void {
    release();
    void flush(Date.now(), true);
  }

  // The phone itself ------------------------------------------------------------------------------------------------

  private menu(): void {
    const dark = document.documentElement.dataset['theme'] === 'dark'
      || (!document.documentElement.dataset['theme'] && matchMedia('(prefers-color-scheme: dark)').matches);
    showMenu(this.say, this.language, {
      name: read('name') ?? '', dark, positions: read('positions') ?? true,
      language: (wanted) => {
        this.language = wanted;
        keep('language', wanted);
        this.draw();
      },
      theme: (wanted) => {
        keep('theme', wanted);
        this.theme(wanted);
      },
      share: (wanted) => {
        keep('positions', wanted);
        this.drawn = '';
        this.draw();
      },
      push: () => subscribe().catch(() => false),
      signOut: () => void this.signOut(),
    });
  }

  private theme(wanted: 'light' | 'dark' | null): void {
    if (wanted) document.documentElement.dataset['theme'] = wanted;
  }

  private async signOut(): Promise<void> {
    const left = unsent().length;
    if (left && !confirm(this.say('sign_out_unsent', { n: left }))) return;
    try {
      await ask('/sign-out', { method: 'POST', body: {} });
    } catch (error) {
      if (!(error instanceof Refused)) return alert(this.say('sign_out_offline'));
    }
    this.link += 1;
    forget();
    this.unlink();
  }
}
