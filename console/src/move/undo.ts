// Taking back and doing again: each is a change of its own at the server, and refused when somebody changed it since.

import { ask, Refused } from '../api/ask';
import type { HandChange, TripOutcome } from '../api/records';
import { view } from '../store/view';
import { say } from '../words/board';
import { notDone } from '../words/refused';
import { afterAll, changeBody, doing, told, type What } from './change';
import { tell } from './toast';

interface Undone { undoes: number; applied: { applied_id: number } | null; in_the_way: TripOutcome[] }

/** Take back the last change of this board; of a board that was just opened, the last of the day. */
export const undo = (): Promise<void> => afterAll(takeBackLast);
/** Do again what was taken back: the taking back is itself taken back. */
export const redo = (): Promise<void> => afterAll(doAgain);

async function takeBackLast(): Promise<void> {
  const last = doing.get().undo.at(-1);
  const what = last ? told(last.what) : say('told_last_change');
  const appliedId = last?.what.kind === 'locked' && !last.appliedId ? await relock(last.what, 'before') : await takeBack(last?.appliedId);
  if (appliedId === null) return;
  const { undo: before, redo } = doing.get();
  doing.change({ undo: before.slice(0, -1), redo: last ? [...redo, { what: last.what, appliedId }] : redo });
  tell({ text: say('told_undone', { what }), redo: last !== undefined });
}

async function doAgain(): Promise<void> {
  const last = doing.get().redo.at(-1);
  if (!last) return;
  const appliedId = last.what.kind === 'locked' && !last.appliedId ? await relock(last.what, 'lock') : await takeBack(last.appliedId);
  if (appliedId === null) return;
  const { undo: before, redo: later } = doing.get();
  doing.change({ undo: [...before, { what: last.what, appliedId }], redo: later.slice(0, -1) });
  tell({ text: say('told_redone', { what: told(last.what) }), undo: true });
}

/** Give the number of the apply that took it back, or `null` when nothing was changed, which has been told. */
async function takeBack(appliedId: number | undefined): Promise<number | null> {
  const body = appliedId ? { applied_id: appliedId } : { service_on: view.get().day };
  try {
    const { applied, in_the_way } = await ask<Undone>('/undo', { method: 'POST', body });
    if (applied) return applied.applied_id;
    tell({ text: say('undo_refused', { n: in_the_way.length }), bad: true });
  } catch (error) {
    sayWhy(error);
  }
  return null;
}

/** A lock alone is no apply: its taking back is the lock before. */
async function relock(what: What & { kind: 'locked' }, which: 'before' | 'lock'): Promise<number | null> {
  const changes = what.trips.map((trip_id, n): HandChange => ({
    kind: 'lock', trip_id, lock: which === 'lock' ? what.lock : what.before[n]!,
  }));
  try {
    await ask('/assignments', { method: 'POST', body: changeBody(changes) });
    return 0;
  } catch (error) {
    sayWhy(error);
    return null;
  }
}

function sayWhy(error: unknown): void {
  const nothing = error instanceof Refused && error.status === 404;
  tell({ text: nothing ? say('undo_nothing') : notDone(error), bad: true });
}
