// Why a trip has no run: from the newest plan of the day, in one line.

import { ask, query } from '../api/ask';
import type { Page, RunRefusal } from '../api/records';
import { makeStore } from '../store/store';
import { say, sayIfKnown } from '../words/board';
import { minutes } from '../words/clock';

interface Relaxation { kind: string; run_id: number; amount_s: number }
export interface LeftOver { trip_id: number; refusals?: RunRefusal[]; relaxations?: Relaxation[] }

export const reasons = makeStore<{ of: ReadonlyMap<number, LeftOver> }>({ of: new Map() });

/** Read the reasons of the newest plan; a trip that came later has none yet. */
export async function readReasons(serviceOn: string): Promise<void> {
  const { items } = await ask<Page<{ plan_id: number }>>(`/plans?${query({ day: serviceOn, limit: 1, fields: 'plan_id' })}`);
  if (!items[0]) return;
  const { left_over } = await ask<{ left_over: LeftOver[] }>(`/plans/${items[0].plan_id}/content?fields=left_over`);
  reasons.set({ of: new Map(left_over.map((one) => [one.trip_id, one])) });
}

/** The reason that binds on most runs, and the mildest thing that would place it. */
export function reasonText(left: LeftOver): string {
  const counts = new Map<string, number>();
  for (const { reason } of left.refusals ?? []) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const why = most && say('no_run_takes', { reason: sayIfKnown(`reason_${most[0]}`, most[0]), n: most[1] });
  return [why, relaxationText(left.relaxations?.[0])].filter(Boolean).join('; ');
}

function relaxationText(relaxation: Relaxation | undefined): string | undefined {
  if (!relaxation) return undefined;
  const what = sayIfKnown(`give_${relaxation.kind}`, relaxation.kind).replace('{n}', String(minutes(relaxation.amount_s)));
  return say('would_place', { what });
}
