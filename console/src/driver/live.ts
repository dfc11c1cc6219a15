// When to look again: the server says so, the phone is back, the page is seen, and every 15 s.

const EVERY_MS = 15_000;
const DRAW_MS = 1000;

export interface Ears {
  /** Send what is unsent and read the runs: at once, or where news do not come by themselves. */
  look(urgent: boolean): void;
  /** Time has passed. */
  tick(): void;
  /** The page goes out of sight, and may never come back. */
  leave(): void;
}

let source: EventSource | null = null;

/** Follow the own notices from the last one heard; each means that the runs must be read. */
export function listen(cursor: number, heard: (cursor: number) => void): void {
  source?.close();
  source = new EventSource(`/api/v1/my/events?after=${cursor}`);
  source.addEventListener('notice', (message) => heard(Number((message as MessageEvent).lastEventId)));
}

/** Whether news come by themselves. */
export const isListening = (): boolean => source?.readyState === EventSource.OPEN;

export function stopListening(): void {
  source?.close();
  source = null;
}

export function wake(ears: Ears): void {
  addEventListener('online', () => ears.look(true));
  addEventListener('offline', () => ears.look(true));
  document.addEventListener('visibilitychange', () => (document.hidden ? ears.leave() : ears.look(true)));
  addEventListener('pagehide', ears.leave);
  setInterval(() => document.hidden || ears.look(false), EVERY_MS);
  setInterval(() => document.hidden || ears.tick(), DRAW_MS);
}
