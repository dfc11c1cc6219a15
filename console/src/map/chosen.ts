// The run whose way is drawn: that of the trip chosen last, or the row that the keyboard or a click went to since.

import type { Index } from '../store/index';
import { makeStore } from '../store/store';
import { choose, view } from '../store/view';
import { cursor, goTo } from '../timeline/cursor';

/** `runId` was chosen by itself; `null`: the trip in hand decides. */
export const chosenRow = makeStore<{ runId: number | null }>({ runId: null });

let lastTrip = view.get().trip;
view.follow(() => {
  const { trip } = view.get();
  if (trip === lastTrip) return;
  lastTrip = trip;
  chosenRow.set({ runId: trip === null ? chosenRow.get().runId : null });
});
cursor.follow(() => {
  const { cell } = cursor.get();
  if (cell && cell.tripId === null && cell.runId !== chosenRow.get().runId) chosenRow.set({ runId: cell.runId });
});

export function chosenRun(index: Index, trip: number | null, row: number | null): number | null {
  if (row !== null) return index.run.has(row) ? row : null;
  return trip === null ? null : (index.trip.get(trip)?.run_id ?? null);
}

/** Choose a run as its row does, and take the keyboard there. */
export function chooseRun(runId: number): void {
  choose(null);
  chosenRow.set({ runId });
  goTo({ runId, tripId: null });
}

/** Choose the next of some trips: a place where many stop is clicked through. */
export function chooseNext(trips: number[]): void {
  const at = trips.indexOf(view.get().trip ?? -1);
  const next = trips[(at + 1) % trips.length];
  if (next !== undefined) choose(next);
}
