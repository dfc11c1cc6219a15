import { ask, Refused } from '../api/ask';
import type { Offers } from '../api/records';
import { assign } from '../move/moving';
import { tell } from '../move/toast';
import { say } from '../words/board';

/** Assign a trip to the run where it costs least. */
export async function assignBest(tripId: number): Promise<void> {
  try {
    const { offers } = await ask<Offers>(`/trips/${tripId}/offers?k=1`);
    if (offers[0]) await assign([tripId], offers[0].run_id);
    else tell({ text: say('why_none'), bad: true });
  } catch (error) {
    const text = error instanceof Refused ? say('failed', { why: error.message }) : say('failed_offline');
    tell({ text, bad: true });
  }
}
