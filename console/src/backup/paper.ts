// The day on paper and in a spreadsheet.

import { query } from '../api/ask';
import { view } from '../store/view';
import { day } from '../store/day';

/** Open the manifests of the day, or of the run in hand, ready to be printed. */
export function printManifests(runId?: number): void {
  const tab = open(`/print/manifests?${query({ day: view.get().day, run_id: runId })}`, '_blank');
  tab?.addEventListener('load', () => tab.print());
}

/** The run of the trip in hand. */
export function runInHand(): number | undefined {
  const { trip } = view.get();
  return trip === null ? undefined : (day.get().index?.trip.get(trip)?.run_id ?? undefined);
}

export function saveCsv(): void {
  const link = document.createElement('a');
  link.href = `/api/v1/exports/runs?${query({ day: view.get().day })}`;
  link.download = `${view.get().day}.csv`;
  link.click();
}
