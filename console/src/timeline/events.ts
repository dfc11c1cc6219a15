// Pointer and keys on the grid: one set of handlers for all cells.

import { useMemo, type KeyboardEvent, type MouseEvent, type PointerEvent } from 'react';

import { beginDrag } from '../move/drag';
import { drop, hover, letGo, moving, takeUp } from '../move/moving';
import { expectSoon } from '../move/options';
import { day } from '../store/day';
import { isMovable } from '../store/trips';
import { choose, pick, view } from '../store/view';
import { cellAfter, cursor, goTo, type Cell } from './cursor';
import type { Row, Rows } from './rows';
import { revealRow } from './scroll';

export function useGridEvents({ rows }: Rows) {
  return useMemo(() => ({
    onClick: (event: MouseEvent) => clicked(event),
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const trip = tripAt(event.target);
      if (trip !== null && event.button === 0 && canMove(trip)) beginDrag(event, handOf(trip));
    },
    onPointerOver: (event: PointerEvent) => expectSoon(restedOn(event)),
    onPointerLeave: () => expectSoon(null),
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (!key(rows, event)) return;
      event.preventDefault();
      event.stopPropagation();
    },
    onFocus: (event: React.FocusEvent) => {
      const cell = cellAt(event.target);
      if (cell) cursor.change({ cell });
    },
  }), [rows]);
}

function clicked(event: MouseEvent): void {
  if (moving.get().hand?.by === 'keys') return hover(runAt(event.target) ?? moving.get().hand!.over);
  const trip = tripAt(event.target);
  if (trip === null) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) pick(trip);
  else choose(trip);
}

const canMove = (tripId: number): boolean => {
  const trip = day.get().index?.trip.get(tripId);
  return trip !== undefined && isMovable(trip);
};

/** The trip that the pointer may be about to take; with a button down it is taken already. */
function restedOn({ target, buttons, pointerType }: PointerEvent): number | null {
  const trip = tripAt(target);
  return trip !== null && buttons === 0 && pointerType === 'mouse' && canMove(trip) ? trip : null;
}

/** What an action on a trip is meant for: all that are picked, if it is among them. */
export function handOf(trip: number): number[] {
  const { picked } = view.get();
  return picked.has(trip) ? [...picked] : [trip];
}

function key(rows: Row[], event: KeyboardEvent<HTMLElement>): boolean {
  const cell = cellAt(event.target);
  if (!cell || event.altKey || event.metaKey) return false;
  if (event.key === 'Enter' || event.key === ' ') {
    if (cell.tripId === null) return false;
    if (event.ctrlKey || event.shiftKey) pick(cell.tripId);
    else choose(cell.tripId);
    return true;
  }
  if (event.key === 'Escape' && view.get().trip !== null) {
    choose(null);
    return true;
  }
  if ((event.key === 'm' || event.key === 'M') && cell.tripId !== null && !event.ctrlKey && canMove(cell.tripId)) {
    takeUp(handOf(cell.tripId), 'keys');
    return true;
  }
  const next = cellAfter(rows, cell, event.key, event.ctrlKey);
  if (!next) return false;
  if (event.shiftKey && cell.tripId !== null && next.tripId !== null) extend(cell.tripId, next.tripId);
  goTo(next);
  return true;
}

function extend(from: number, to: number): void {
  if (!view.get().picked.has(from)) choose(from);
  if (!view.get().picked.has(to)) pick(to);
}

/** In move mode the arrows choose a run and leave the focus on the trip. */
export function keyInHand(rows: Row[], pressed: string): boolean {
  const hand = moving.get().hand!;
  const at = rows.findIndex((row) => row.run.run_id === hand.over);
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[pressed];
  if (step !== undefined) {
    const row = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
    if (row) {
      hover(row.run.run_id);
      revealRow(row);
    }
    return true;
  }
  if (pressed === 'Enter' || pressed === ' ') drop();
  else if (pressed === 'Escape') letGo();
  return pressed !== 'Tab';
}

export function tripAt(target: EventTarget | null): number | null {
  const found = target instanceof Element ? target.closest<HTMLElement>('[data-trip]') : null;
  return found ? Number(found.dataset.trip) : null;
}

export function runAt(target: EventTarget | null): number | null {
  const found = target instanceof Element ? target.closest<HTMLElement>('[data-run]') : null;
  return found ? Number(found.dataset.run) : null;
}

function cellAt(target: EventTarget | null): Cell | null {
  const runId = runAt(target);
  return runId === null ? null : { runId, tripId: tripAt(target) };
}
