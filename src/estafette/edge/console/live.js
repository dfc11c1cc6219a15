// The stream of events: it comes back by itself, and always knows how old its last message is.

const LOST_AFTER_MS = 4000;
const SILENT_AFTER_MS = 20000;
const DEAD_AFTER_MS = 40000;
const AGAIN_AFTER_MS = 2000;

export class Live {
  /** `cursor()` gives the last event known; `onEvent` and `onReset` are told what comes. */
  constructor({ cursor, onEvent, onReset }) {
    this.cursor = cursor;
    this.onEvent = onEvent;
    this.onReset = onReset;
    this.heardAt = performance.now();
    this.troubleSince = null;
    this.skewMs = 0;
    // A browser freezes pages in the background: on return the stream may be a corpse that looks alive.
    addEventListener('online', () => this.open());
    addEventListener('pagehide', () => this.source?.close());
    addEventListener('pageshow', (event) => event.persisted && this.open());
  }

  open() {
    clearTimeout(this.timer);
    this.source?.close();
    const source = new EventSource(`/api/v1/events?after=${this.cursor()}`);
    this.source = source;
    source.addEventListener('message', (message) => {
      this.hear();
      this.onEvent(JSON.parse(message.data));
    });
    source.addEventListener('clock', (message) => {
      this.hear();
      this.skewMs = Date.parse(JSON.parse(message.data).at) - Date.now();
    });
    source.addEventListener('reset', () => {
      source.close();
      this.onReset();
    });
    source.addEventListener('error', () => this.suffer(source));
  }

  hear() {
    this.heardAt = performance.now();
    this.troubleSince = null;
  }

  suffer(source) {
    this.troubleSince ??= performance.now();
    // The browser tries again itself, unless the server refused: then we do.
    if (source.readyState === EventSource.CLOSED) this.retry();
  }

  retry() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), AGAIN_AFTER_MS);
  }

  /** Open anew what looks open but has been silent for too long: the other end is gone. */
  check() {
    const dead = performance.now() - this.heardAt > DEAD_AFTER_MS;
    if (dead && this.source.readyState === EventSource.OPEN) this.open();
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
