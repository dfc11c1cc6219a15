// The table in sections: one for each run, and the trips without a run in portions, so that none is too long to draw.

import type { RunCard, TripCard } from '../api/records';
import { tripsOfRun, type Index } from '../store/index';

export interface Section {
  key: string;
  /** `null`: trips that no run has. */
  run: RunCard | null;
  trips: TripCard[];
  hasHead: boolean;
  /** Where its first row stands among all rows of the table, the head of the table being the first. */
  row: number;
  rows: number;
}

const PORTION = 25;

export function sectionsOf(index: Index, runs: RunCard[], rest: TripCard[]): Section[] {
  let row = 2;
  const placed = (part: Omit<Section, 'row' | 'rows'>): Section => {
    const rows = Math.max(part.trips.length, 1) + (part.hasHead ? 1 : 0);
    row += rows;
    return { ...part, row: row - rows, rows };
  };
  const ofRuns = runs.map((run) => placed({ key: `run${run.run_id}`, run, trips: tripsOfRun(index, run.run_id), hasHead: true }));
  const portions = Array.from({ length: Math.ceil(rest.length / PORTION) }, (_, n) => rest.slice(n * PORTION, (n + 1) * PORTION));
  return [...ofRuns, ...portions.map((trips, n) => placed({ key: `rest${n}`, run: null, trips, hasHead: n === 0 }))];
}

/** How many rows there are, the head among them. */
export const rowCount = (sections: Section[]): number => (sections.at(-1)?.row ?? 1) + (sections.at(-1)?.rows ?? 1) - 1;

export const sectionOf = (sections: Section[], trip: number): Section | undefined =>
  sections.find(({ trips }) => trips.some(({ trip_id }) => trip_id === trip));

const STEPS: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1, PageDown: (at) => at + 10, PageUp: (at) => at - 10,
  Home: () => 0, End: (_, count) => count - 1,
};

/** The trip that a key leads to, from row to row in the data: it may lie out of sight. `null`: the key means nothing here. */
export function tripAfter(sections: Section[], trip: number | null, key: string): number | null {
  const step = STEPS[key];
  if (!step) return null;
  const all = sections.flatMap(({ trips }) => trips);
  const to = step(all.findIndex(({ trip_id }) => trip_id === trip), all.length);
  return all[Math.min(Math.max(to, 0), all.length - 1)]?.trip_id ?? null;
}
