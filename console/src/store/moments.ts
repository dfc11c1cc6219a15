// What holds for a moment, told beside the events: where vehicles are, what a colleague has in hand, who looks.

import { ask } from '../api/ask';
import { makeStore } from './store';

export interface Position { kind: 'position'; run_id: number; at: string; lon: number; lat: number; accuracy_m: number | null }
export interface Hold {
  kind: 'hold';
  hold_id: number;
  holder: string;
  name: string;
  trip_ids: number[];
  until: string;
  /** Time on a run, offered for a trip that is not booked yet. */
  room: { run_id: number; from_at: string; to_at: string } | null;
}
export interface Viewer { kind: 'viewer'; user_id: number; name: string; service_on: string; until: string }
export type Moment = Position | Hold | Viewer | { kind: 'gone'; of: string; id: number };

interface Moments {
  positions: ReadonlyMap<number, Position>;
  holds: ReadonlyMap<number, Hold>;
  viewers: ReadonlyMap<number, Viewer>;
}

export const moments = makeStore<Moments>({ positions: new Map(), holds: new Map(), viewers: new Map() });

const LOOK_S = 60;
const HOLD_S = 30;
const own = new Set<number>();

export function takeMoment(moment: Moment): void {
  const { positions, holds, viewers } = moments.get();
  switch (moment.kind) {
    case 'position': return moments.change({ positions: new Map([...positions, [moment.run_id, moment]]) });
    case 'hold': return own.has(moment.hold_id) ? undefined : moments.change({ holds: new Map([...holds, [moment.hold_id, moment]]) });
    case 'viewer': return moments.change({ viewers: new Map([...viewers, [moment.user_id, moment]]) });
    case 'gone': return forget(moment.of, moment.id);
  }
}

function forget(of: string, id: number): void {
  const without = <Value>(known: ReadonlyMap<number, Value>) => new Map([...known].filter(([key]) => key !== id));
  const { positions, holds, viewers } = moments.get();
  if (of === 'position') moments.change({ positions: without(positions) });
  if (of === 'hold') moments.change({ holds: without(holds) });
  if (of === 'viewer') moments.change({ viewers: without(viewers) });
}

/** Who has a trip in hand at another board. */
export function holderOf(holds: Moments['holds'], tripId: number): string | undefined {
  for (const hold of holds.values()) if (hold.trip_ids.includes(tripId)) return hold.name;
  return undefined;
}

/** Show others which day one looks at, for as long as the page is seen. */
export function sayLooking(serviceOn: string): void {
  const say = () => {
    if (document.visibilityState !== 'visible') return;
    ask('/presence', { method: 'POST', body: { service_on: serviceOn, for_s: LOOK_S } }).catch(() => undefined);
  };
  say();
  setInterval(say, (LOOK_S - 15) * 1000);
}

/** Show nothing of a hold that is one's own. */
export function disown(holdId: number): void {
  own.add(holdId);
  forget('hold', holdId);
}

let held: Promise<number | null> = Promise.resolve(null);

/** Show others that trips are in hand here; it forbids nobody anything, and ends by itself. */
export function hold(tripIds: number[]): void {
  held = ask<{ hold_id: number }>('/holds', { method: 'POST', body: { trip_ids: tripIds, for_s: HOLD_S } })
    .then(({ hold_id }) => {
      disown(hold_id);
      return hold_id;
    })
    .catch(() => null);
}

export function release(): void {
  void held.then((id) => (id === null ? null : ask(`/holds/${id}`, { method: 'DELETE', seen: '*' }).catch(() => null)));
  held = Promise.resolve(null);
}

// A tab that holds no stream was not there when the server told all that holds: it asks the others once.
const channel = new BroadcastChannel('estafette-moments');
channel.addEventListener('message', ({ data }) => {
  if (data !== 'what holds?') return takeMoment(data as Moment);
  for (const known of Object.values(moments.get())) for (const moment of known.values()) channel.postMessage(moment);
});
channel.postMessage('what holds?');
