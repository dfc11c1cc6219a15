// The stream of events: it comes back by itself, and always knows how old its last message is.
//
// A browser opens six connections to a server at most, and streams would use them up: the seventh tab could
// not even load. So one tab holds the stream (a lock says which) and passes all it hears to the others;
// when it closes, the lock and with it the stream go to the next.

import type { Event } from '../api/records';
import { takeMoment, type Moment } from '../store/moments';
import { makeStore } from '../store/store';

const LOST_AFTER_MS = 4000;
const SILENT_AFTER_MS = 20_000;
const DEAD_AFTER_MS = 40_000;
const AGAIN_AFTER_MS = 2000;
const KINDS = ['message', 'clock', 'reset', 'moment'] as const;

export type LiveState = 'connecting' | 'live' | 'silent' | 'lost';
interface Passed { kind: (typeof KINDS)[number] | 'trouble'; text?: string; version?: number }

/** How it stands: the age of the last message in seconds, and how far this computer's clock is behind. */
export const live = makeStore<{ state: LiveState; ageS: number; skewMs: number; at: number }>({
  state: 'connecting', ageS: 0, skewMs: 0, at: Date.now(),
});

/** The server's time. */
export const now = (): number => Date.now() + live.get().skewMs;

interface Ears {
  cursor(): number;
  onEvent(event: Event): void;
  /** What was missed cannot be replayed, or was not passed on: a fresh board is needed. */
  onReset(): void;
  /** The stream was refused, not lost. */
  onRefused(): void;
}

export class Stream {
  private heardAt = performance.now();
  private heard = false;
  private troubleSince: number | null = null;
  /** What is listened to now, if anything. */
  source: EventSource | null = null;
  private timer = 0;
  private waits = false;
  private holds = !navigator.locks; // without locks (plain HTTP from afar) every tab has a stream of its own
  private readonly channel = new BroadcastChannel('estafette-events');

  constructor(private readonly ears: Ears) {
    this.channel.addEventListener('message', ({ data }) => this.receive(data as Passed));
    // A browser freezes pages in the background: on return the stream may be a corpse that looks alive.
    addEventListener('online', () => this.open());
    addEventListener('pagehide', () => this.source?.close());
    addEventListener('pageshow', (event) => event.persisted && this.open());
    setInterval(() => this.tick(), 1000);
  }

  /** Begin, or begin anew from the cursor; where another tab holds the stream, wait for it to be ours. */
  open(): void {
    if (this.holds) this.listen();
    if (this.holds || this.waits) return;
    this.waits = true;
    void navigator.locks.request('estafette-stream', () => {
      this.holds = true;
      this.listen();
      return new Promise<never>(() => undefined); // held until the page goes
    });
  }

  private listen(): void {
    clearTimeout(this.timer);
    this.source?.close();
    const source = new EventSource(`/api/v1/events?after=${this.ears.cursor()}`);
    this.source = source;
    for (const kind of KINDS) {
      source.addEventListener(kind, (message) => this.pass({ kind, text: (message as MessageEvent<string>).data }));
    }
    source.addEventListener('reset', () => source.close());
    source.addEventListener('error', () => this.suffer(source));
  }

  /** Take a message in, and pass it to the other tabs with the event that it leaves us at. */
  private pass(message: Passed): void {
    this.receive(message);
    this.channel.postMessage({ ...message, version: this.ears.cursor() });
  }

  private receive({ kind, text, version }: Passed): void {
    if (kind === 'trouble') {
      this.troubleSince ??= performance.now();
      return;
    }
    this.heardAt = performance.now();
    this.heard = true;
    this.troubleSince = null;
    if (kind === 'message') this.ears.onEvent(JSON.parse(text ?? '') as Event);
    if (kind === 'moment') takeMoment(JSON.parse(text ?? '') as Moment);
    if (kind === 'clock') {
      const { at } = JSON.parse(text ?? '') as { at: string };
      live.change({ skewMs: Date.parse(at) - Date.now() });
      if (live.get().state !== 'live') this.tick();
    }
    // A tab that was asleep may have missed what the holder passed on; the next heartbeat shows it.
    if (kind === 'reset' || (kind === 'clock' && (version ?? 0) > this.ears.cursor())) this.ears.onReset();
  }

  private suffer(source: EventSource): void {
    this.pass({ kind: 'trouble' });
    // The browser tries again itself, unless the server refused: then we do.
    if (source.readyState !== EventSource.CLOSED) return;
    this.ears.onRefused();
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.listen(), AGAIN_AFTER_MS);
  }

  /** Say how it stands now; open anew what looks open but has been silent for too long: its other end is gone. */
  private tick(): void {
    const silentMs = performance.now() - this.heardAt;
    if (silentMs > DEAD_AFTER_MS && this.source?.readyState === EventSource.OPEN) this.listen();
    live.change({ state: this.state(silentMs), ageS: Math.floor(silentMs / 1000), at: Date.now() });
  }

  private state(silentMs: number): LiveState {
    const trouble = this.troubleSince !== null && performance.now() - this.troubleSince > LOST_AFTER_MS;
    if (trouble || silentMs > DEAD_AFTER_MS) return 'lost';
    if (!this.heard) return 'connecting';
    return silentMs > SILENT_AFTER_MS ? 'silent' : 'live';
  }
}
