// The one cell of the grid that the keyboard is on: found in the data, so that it may lie out of sight.

import { makeStore } from '../store/store';
import { ms } from '../words/clock';
import type { Row } from './rows';

export interface Cell { runId: number; tripId: number | null }

/** `cell` is where the keyboard is; `wanted` counts moves that the focus must follow. */
export const cursor = makeStore<{ cell: Cell | null; wanted: number }>({ cell: null, wanted: 0 });

export const goTo = (cell: Cell): void => cursor.set({ cell, wanted: cursor.get().wanted + 1 });

const PAGE = 10;

/** Give the cell that a key leads to; `null` when the key means nothing here. */
export function cellAfter(rows: Row[], cell: Cell, key: string, whole: boolean): Cell | null {
  const n = rows.findIndex((row) => row.run.run_id === cell.runId);
  const row = rows[n];
  if (!row) return null;
  const at = cell.tripId === null ? -1 : row.trips.findIndex((trip) => trip.trip_id === cell.tripId);
  switch (key) {
    case 'ArrowRight': return inRow(row, Math.min(at + 1, row.trips.length - 1));
    case 'ArrowLeft': return inRow(row, Math.max(at - 1, -1));
    case 'ArrowDown': return nearest(rows[n + 1] ?? row, row, at);
    case 'ArrowUp': return nearest(rows[n - 1] ?? row, row, at);
    case 'PageDown': return nearest(rows[Math.min(n + PAGE, rows.length - 1)]!, row, at);
    case 'PageUp': return nearest(rows[Math.max(n - PAGE, 0)]!, row, at);
    case 'Home': return inRow(whole ? rows[0]! : row, -1);
    case 'End': return lastOf(whole ? rows.at(-1)! : row);
    default: return null;
  }
}

const inRow = (row: Row, n: number): Cell => ({ runId: row.run.run_id, tripId: row.trips[n]?.trip_id ?? null });
const lastOf = (row: Row): Cell => inRow(row, row.trips.length - 1);

/** In another row, the bar whose start is nearest; from a label, the label. */
function nearest(to: Row, from: Row, at: number): Cell {
  if (to === from) return inRow(from, at);
  if (at < 0 || to.trips.length === 0) return inRow(to, -1);
  const start = ms(from.trips[at]!.times!.pickup_at);
  const distance = (n: number) => Math.abs(ms(to.trips[n]!.times!.pickup_at) - start);
  let best = 0;
  to.trips.forEach((_, n) => {
    if (distance(n) < distance(best)) best = n;
  });
  return inRow(to, best);
}
