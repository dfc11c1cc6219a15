import { assign } from '../move/moving';
import { optionsOf } from '../move/options';
import { tell } from '../move/toast';
import { say } from '../words/board';
import { notDone } from '../words/refused';

/** Assign a trip to the run where it costs least. */
export async function assignBest(tripId: number): Promise<void> {
  try {
    const { options } = await optionsOf(tripId, new AbortController().signal);
    const best = options.find((option) => option.offer);
    if (best) await assign([tripId], best.run_id);
    else tell({ text: say('why_none'), bad: true });
  } catch (error) {
    tell({ text: notDone(error), bad: true });
  }
}
