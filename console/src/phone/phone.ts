// Linking a driver's phone: a link that is good once, as a picture and as letters.

import { ask } from '../api/ask';
import type { RunCard } from '../api/records';
import type { Command } from '../palette/commands';
import { day } from '../store/day';
import { makeStore } from '../store/store';
import { view } from '../store/view';
import { cursor } from '../timeline/cursor';
import { notDone } from '../words/refused';

export interface PhoneLink { code: string; expires_in_s: number; qr: { size: number; path: string } }

/** For whose phone, and the link once it is made or why it is not. */
export const linking = makeStore<{ run: RunCard | null; link: PhoneLink | null; trouble: string }>({ run: null, link: null, trouble: '' });

export async function linkPhone(run: RunCard): Promise<void> {
  linking.set({ run, link: null, trouble: '' });
  try {
    const link = await ask<PhoneLink>(`/drivers/${run.driver_id}/link`, { method: 'POST', body: {} });
    if (linking.get().run === run) linking.change({ link });
  } catch (error) {
    linking.change({ trouble: notDone(error) });
  }
}

/** The run that the keyboard is on, else that of the trip in hand. */
function runInHand(): RunCard | undefined {
  const { index } = day.get();
  const { trip } = view.get();
  const runId = cursor.get().cell?.runId ?? (trip === null ? null : index?.trip.get(trip)?.run_id);
  return runId ? index?.run.get(runId) : undefined;
}

export const phoneCommands: Command[] = [
  { id: 'link_phone', word: 'link_phone', group: 'group_board', when: () => runInHand() !== undefined, run: () => void linkPhone(runInHand()!) },
];
