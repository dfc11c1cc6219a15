import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';

import { moving } from '../move/moving';
import { doing } from '../move/change';
import { day } from '../store/day';
import { filters, isFiltering } from '../filters/filters';
import type { Index } from '../store/index';
import { holderOf, moments, type Hold } from '../store/moments';
import { useStore } from '../store/store';
import { HOUR_PX, view, type Density } from '../store/view';
import type { RunCard } from '../api/records';
import { say } from '../words/board';
import { axisOf } from './axis';
import { cursor, type Cell } from './cursor';
import { useGridEvents } from './events';
import { Head, useNowShare } from './Head';
import { runsShown } from './filter';
import { inSight, rowsOf, type Row, type Rows } from './rows';
import { RunRow } from './RunRow';
import { showRows } from './shown';
import { reveal, scroller } from './scroll';
import { useMinute } from './minute';

/** The runs of the day on a time axis: rows in sight are drawn, and the one that has the focus. */
export function Timeline() {
  const index = useStore(day, (value) => value.index);
  const board = useStore(day, (value) => value.board);
  const { filter, density, zoom } = useStore(view, (value) => value);
  const more = useStore(filters, (value) => value);
  const now = useMinute();
  const hourPx = HOUR_PX[zoom]!;
  const axis = useMemo(() => axisOf(board!), [board!.day_start_at, board!.runs, board!.trips]);
  const stable = useStable(axis);
  const runs = useMemo(() => runsShown(index!, filter, now, more), [index, filter, now, more]);
  const rows = useRows(index!, runs, density, hourPx);
  const nowAt = useNowShare(stable);
  const grid = useRef<HTMLDivElement>(null);
  const sight = useSight(rows, grid);
  useFocus(rows);
  useEffect(() => showRows(rows.rows), [rows]);
  const events = useGridEvents(rows);
  return (
    <div
      id="grid" className="scroller" role="grid" aria-label={say('runs')} aria-rowcount={runs.length + 1}
      aria-multiselectable="true" ref={(element) => { grid.current = element; scroller.element = element; }} {...events}
      style={{ '--hour': `${hourPx}px`, '--hours': stable.hours } as React.CSSProperties}
    >
      <Head axis={stable} count={runs.length} />
      <div className="runs" role="rowgroup" style={{ height: `${rows.height}px`, '--now-at': nowAt } as React.CSSProperties}>
        <Drawn rows={rows} sight={sight} places={index!.place} axis={stable} hourPx={hourPx} now={now} />
      </div>
      {runs.length === 0 && <p className="empty">{filter || isFiltering(more) ? say('empty_filter') : say('empty_day')}</p>}
    </div>
  );
}

function useRows(index: Index, runs: RunCard[], density: Density, hourPx: number): Rows {
  const before = useRef<Rows>(undefined);
  return useMemo(() => (before.current = rowsOf(index, runs, density, hourPx, before.current)), [index, runs, density, hourPx]);
}

interface DrawnProps { rows: Rows; sight: [number, number]; places: Index['place']; axis: ReturnType<typeof axisOf>; hourPx: number; now: number }

function Drawn({ rows, sight, places, axis, hourPx, now }: DrawnProps) {
  const cell = useStore(cursor, (value) => value.cell);
  const picked = useStore(view, (value) => value.picked);
  const changed = useStore(day, (value) => value.changed);
  const estimates = useStore(day, (value) => value.estimates);
  const pending = useStore(doing, (value) => value.pending);
  // Not where the hand is: each move of the pointer would draw the board anew.
  const verdicts = useStore(moving, (value) => value.hand?.verdicts);
  const over = useStore(moving, (value) => value.hand?.over);
  const shifts = useStore(moving, (value) => value.hand?.shifts ?? null);
  const holds = useStore(moments, (value) => value.holds);
  const stop = tabStop(rows.rows, cell);
  return drawnRows(rows.rows, sight, stop).map(([row, n]) => (
    <RunRow
      key={row.run.run_id} row={row} rowIndex={n + 2} places={places} axis={axis} hourPx={hourPx} laneHeight={rows.laneHeight}
      now={now} tabStop={stop?.runId === row.run.run_id ? stop : null} picked={ofRow(row, picked)}
      changed={ofRow(row, changed)} pending={ofRow(row, pending)} estimates={estimates.get(row.run.run_id)}
      verdict={verdicts?.get(row.run.run_id)} over={over === row.run.run_id}
      holds={held(row, holds) ? holds : null}
      shifts={shifts && row.trips.some((trip) => shifts.has(trip.trip_id)) ? shifts : null}
    />
  ));
}

/** The rows in sight, and the one with the keyboard, so that the focus is never lost by scrolling. */
function drawnRows(rows: Row[], [first, last]: [number, number], stop: Cell | null): [Row, number][] {
  const drawn = rows.slice(first, last + 1).map((row, n): [Row, number] => [row, first + n]);
  const at = stop ? rows.findIndex((row) => row.run.run_id === stop.runId) : -1;
  if (at >= 0 && (at < first || at > last)) drawn.push([rows[at]!, at]);
  return drawn;
}

/** Exactly one cell is a tab stop: where the keyboard was, or the first. */
function tabStop(rows: Row[], cell: Cell | null): Cell | null {
  const row = rows.find((one) => one.run.run_id === cell?.runId);
  if (!row) return rows[0] ? { runId: rows[0].run.run_id, tripId: rows[0].trips[0]?.trip_id ?? null } : null;
  const known = cell!.tripId === null || row.trips.some((trip) => trip.trip_id === cell!.tripId);
  return known ? cell : { runId: row.run.run_id, tripId: null };
}

function ofRow(row: Row, ids: ReadonlySet<number>): string {
  if (ids.size === 0) return '';
  const found = row.trips.filter((trip) => ids.has(trip.trip_id));
  return found.length ? ` ${found.map((trip) => trip.trip_id).join(' ')} ` : '';
}

const held = (row: Row, holds: ReadonlyMap<number, Hold>): boolean =>
  holds.size > 0 && row.trips.some((trip) => holderOf(holds, trip.trip_id) !== undefined);

function useStable<Value>(value: Value): Value {
  const kept = useRef(value);
  if (JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value;
  return kept.current;
}

/** None before the first look, which comes before anything is painted: rows out of sight would be drawn for nothing. */
function useSight(rows: Rows, grid: RefObject<HTMLDivElement | null>): [number, number] {
  const [sight, setSight] = useState<[number, number]>([0, -1]);
  useLayoutEffect(() => {
    const element = grid.current!;
    const look = () => setSight((was) => {
      const seen = inSight(rows.rows, element.scrollTop, element.clientHeight, was);
      return seen[0] === was[0] && seen[1] === was[1] ? was : seen;
    });
    look();
    element.addEventListener('scroll', look, { passive: true });
    const watched = new ResizeObserver(look);
    watched.observe(element);
    return () => {
      element.removeEventListener('scroll', look);
      watched.disconnect();
    };
  }, [rows, grid]);
  return sight;
}

/** Let the focus follow the cursor when a key or a command has moved it. */
function useFocus(rows: Rows): void {
  const { cell, wanted } = useStore(cursor, (value) => value);
  useEffect(() => {
    if (wanted > 0 && cell) reveal(rows, cell);
  }, [wanted]); // only a wish moves the focus, not each new board
}
