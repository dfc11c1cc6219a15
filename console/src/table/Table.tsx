import { memo, useEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent, type RefObject } from 'react';

import type { RunCard, TripCard } from '../api/records';
import { filters, isFiltering } from '../filters/filters';
import { hover, moving } from '../move/moving';
import type { Verdict } from '../move/verdict';
import { day } from '../store/day';
import { tripsOfRun, type Index } from '../store/index';
import { useStore } from '../store/store';
import { isLeftOver, isRequested, isWillCall } from '../store/trips';
import { choose, HOUR_PX, pick, view } from '../store/view';
import { cursor } from '../timeline/cursor';
import { runAt, tripAt } from '../timeline/events';
import { runsShown } from '../timeline/filter';
import { useMinute } from '../timeline/minute';
import { rowsOf } from '../timeline/rows';
import { showRows } from '../timeline/shown';
import { dayText, layoutsText, say, spanOf, type Plain } from '../words/board';
import { Line } from './Line';

const HEADS: Plain[] = ['table_trip', 'pickup', 'dropoff', 'from', 'to', 'takes', 'promised', 'table_state'];

/** The day as a table: the runs with their trips in order of time, then the trips that have none; the same keys and actions. */
export function Table() {
  const index = useStore(day, (value) => value.index!);
  const { filter, density, zoom, day: serviceOn, trip } = useStore(view, (value) => value);
  const more = useStore(filters, (value) => value);
  const now = useMinute();
  const hand = useStore(moving, (value) => value.hand);
  const runs = useMemo(() => runsShown(index, filter, now, more), [index, filter, now, more]);
  const rest = useMemo(() => [...index.trip.values()].filter((one) => isLeftOver(one) || isWillCall(one) || isRequested(one)), [index]);
  const table = useRef<HTMLTableElement>(null);
  useEffect(() => showRows(rowsOf(index, runs, density, HOUR_PX[zoom]!).rows), [index, runs, density, zoom]);
  useWantedFocus(table.current);
  useMovedFocus(table, trip, trip === null ? null : (index.trip.get(trip)?.run_id ?? null));
  const first = runs.map((run) => tripsOfRun(index, run.run_id)[0]).find(Boolean)?.trip_id ?? rest[0]?.trip_id ?? null;
  const stop = trip !== null && index.trip.has(trip) ? trip : first;
  return (
    <div className="table-pane">
      <table ref={table} className="day-table" onClick={clicked} onKeyDown={walk}>
        <caption>{say('table_caption', { day: dayText(serviceOn) })}</caption>
        <thead><tr>{HEADS.map((head) => <th key={head} scope="col">{say(head)}</th>)}</tr></thead>
        {runs.map((run) => (
          <Run
            key={run.run_id} run={run} index={index} trips={tripsOfRun(index, run.run_id)} now={now} chosen={chosenOf(run, index, trip)}
            stop={chosenOf(run, index, stop)} verdict={hand?.verdicts.get(run.run_id)} over={hand?.over === run.run_id}
          />
        ))}
        {rest.length > 0 && (
          <tbody>
            <tr className="of-run"><th scope="rowgroup" colSpan={HEADS.length}>{say('not_placed')}</th></tr>
            {rest.map((one) => <Line key={one.trip_id} trip={one} index={index} now={now} chosen={one.trip_id === trip} stop={one.trip_id === stop} />)}
          </tbody>
        )}
      </table>
      {runs.length === 0 && <p className="empty">{filter || isFiltering(more) ? say('empty_filter') : say('empty_day')}</p>}
    </div>
  );
}

/** The trip, when it is one of the run's: other runs need not be drawn anew for it. */
const chosenOf = (run: RunCard, index: Index, trip: number | null): number | null =>
  trip !== null && index.trip.get(trip)?.run_id === run.run_id ? trip : null;

interface OfRun {
  run: RunCard;
  index: Index;
  trips: TripCard[];
  now: number;
  chosen: number | null;
  stop: number | null;
  verdict: Verdict | undefined;
  over: boolean;
}

const Run = memo(function Run({ run, index, trips, now, chosen, stop, verdict, over }: OfRun) {
  return (
    <tbody data-run={run.run_id} data-over={over || undefined} data-verdict={verdict?.kind}>
      <tr className="of-run">
        <th scope="rowgroup" colSpan={HEADS.length}>
          {run.driver} <small>{[run.vehicle, spanOf(run.shift_from, run.shift_to), layoutsText(run.layouts), verdict?.text].filter(Boolean).join(' · ')}</small>
        </th>
      </tr>
      {trips.length === 0 && <tr><td className="none" colSpan={HEADS.length}>{say('table_no_trips')}</td></tr>}
      {trips.map((trip) => <Line key={trip.trip_id} trip={trip} index={index} now={now} chosen={trip.trip_id === chosen} stop={trip.trip_id === stop} />)}
    </tbody>
  );
}, sameRun);

/** An index is another after each event; a run is drawn anew only for its own trips. */
function sameRun(a: OfRun, b: OfRun): boolean {
  return a.run === b.run && a.trips === b.trips && a.now === b.now && a.chosen === b.chosen && a.stop === b.stop
    && a.verdict === b.verdict && a.over === b.over && a.index.place.size === b.index.place.size;
}

function clicked(event: MouseEvent): void {
  const { hand } = moving.get();
  if (hand?.by === 'keys') return hover(runAt(event.target) ?? hand.over);
  const trip = tripAt(event.target);
  if (trip === null) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) pick(trip);
  else choose(trip);
}

const STEPS: Record<string, (at: number, count: number) => number> = {
  ArrowDown: (at) => at + 1, ArrowUp: (at) => at - 1, PageDown: (at) => at + 10, PageUp: (at) => at - 10,
  Home: () => 0, End: (_, count) => count - 1,
};

/** Arrows walk from trip to trip: one stop for Tab, whatever the length of the day. */
function walk(event: KeyboardEvent<HTMLTableElement>): void {
  const step = STEPS[event.key];
  if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('button[data-trip]')];
  const to = step(all.indexOf(event.target as HTMLElement), all.length);
  all[Math.min(Math.max(to, 0), all.length - 1)]?.focus();
  event.preventDefault();
}

/** A trip that goes to another run is another row: the keyboard goes along. */
function useMovedFocus(table: RefObject<HTMLTableElement | null>, trip: number | null, runId: number | null): void {
  useEffect(() => {
    if (trip === null || document.activeElement !== document.body) return;
    table.current?.querySelector<HTMLElement>(`button[data-trip="${trip}"]`)?.focus();
  }, [table, trip, runId]);
}

/** What the palette or stepping goes to gets the focus, as it would on the timeline. */
function useWantedFocus(table: HTMLTableElement | null): void {
  const { cell, wanted } = useStore(cursor, (value) => value);
  useEffect(() => {
    if (wanted === 0 || !cell) return;
    const at = cell.tripId === null ? `[data-run="${cell.runId}"] button` : `button[data-trip="${cell.tripId}"]`;
    table?.querySelector<HTMLElement>(at)?.focus();
  }, [wanted]); // only a wish moves the focus, not each new board
}
