// The stream of events: it comes back by itself, and always knows how old its last message is.
//
// A browser opens six connections to a server at most, and streams would use them up: the seventh tab could
// not even load. So one tab holds the stream (a lock says which) and passes all it hears to the others;
// when it closes, the lock and with it the stream go to the next.

const LOST_AFTER_MS = 4000;
const SILENT_AFTER_MS = 20000;
const DEAD_AFTER_MS = 40000;
const AGAIN_AFTER_MS = 2000;

export class Live {
  /** `cursor()` gives the last event known; `onEvent` and `onReset` are told what comes. */
  constructor({ cursor, onEvent, onReset, onRefused }) {
    this.cursor = cursor;
    this.onEvent = onEvent;
    this.onReset = onReset;
    this.onRefused = onRefused;
    this.heardAt = performance.now();
    this.troubleSince = null;
    this.skewMs = 0;
    this.holds = !navigator.locks; // without locks (plain HTTP from afar) every tab has a stream of its own
    this.channel = new BroadcastChannel('estafette-events');
    this.channel.addEventListener('message', ({ data }) => this.receive(data));
    // A browser freezes pages in the background: on return the stream may be a corpse that looks alive.
    addEventListener('online', () => this.open());
    addEventListener('pagehide', () => this.source?.close());
    addEventListener('pageshow', (event) => event.persisted && this.open());
  }

  /** Begin, or begin anew from the cursor; where another tab holds the stream, wait for it to be ours. */
  open() {
    if (this.holds) this.listen();
    if (this.holds || this.waits) return;
    this.waits = true;
    navigator.locks.request('estafette-stream', () => {
      this.holds = true;
      this.listen();
      return new Promise(() => {}); // held until the page goes
    });
  }

  listen() {
    clearTimeout(this.timer);
    this.source?.close();
    const source = new EventSource(`/api/v1/events?after=${this.cursor()}`);
    this.source = source;
    for (const kind of ['message', 'clock', 'reset']) {
      source.addEventListener(kind, (message) => this.pass({ kind, text: message.data }));
    }
    source.addEventListener('reset', () => source.close());
    source.addEventListener('error', () => this.suffer(source));
  }

  /** Take a message in, and pass it to the other tabs with the event that it leaves us at. */
  pass(message) {
    this.receive(message);
    this.channel.postMessage({ ...message, version: this.cursor() });
  }

  receive({ kind, text, version }) {
    if (kind === 'trouble') {
      this.troubleSince ??= performance.now();
      return;
    }
    this.heardAt = performance.now();
    this.troubleSince = null;
    if (kind === 'message') this.onEvent(JSON.parse(text));
    if (kind === 'clock') this.skewMs = Date.parse(JSON.parse(text).at) - Date.now();
    // A tab that was asleep may have missed what the holder passed on; the next heartbeat shows it.
    if (kind === 'reset' || (kind === 'clock' && version > this.cursor())) this.onReset();
  }

  suffer(source) {
    this.pass({ kind: 'trouble' });
    // The browser tries again itself, unless the server refused: then we do.
    if (source.readyState !== EventSource.CLOSED) return;
    this.onRefused();
    this.retry();
  }

  retry() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.listen(), AGAIN_AFTER_MS);
  }

  /** Open anew what looks open but has been silent for too long: the other end is gone. */
  check() {
    const dead = performance.now() - this.heardAt > DEAD_AFTER_MS;
    if (dead && this.source?.readyState === EventSource.OPEN) this.listen();
  }

  /** Say how it stands now: `live`, `silent` or `lost`, with the seconds since the last message. */
  state() {
    const now = performance.now();
    const silentMs = now - this.heardAt;
    const ageS = Math.floor(silentMs / 1000);
    const trouble = this.troubleSince !== null && now - this.troubleSince > LOST_AFTER_MS;
    if (trouble || silentMs > DEAD_AFTER_MS) return { name: 'lost', ageS };
    return { name: silentMs > SILENT_AFTER_MS ? 'silent' : 'live', ageS };
  }

  now() {
    return Date.now() + this.skewMs;
  }
}
