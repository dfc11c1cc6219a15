// Dragging with a pointer: a few pixels make it a drag, the board scrolls at its edges, Escape lets go.

import type { PointerEvent as ReactPointerEvent } from 'react';

import { scroller } from '../timeline/scroll';
import { drop, hover, letGo, moving, takeUp } from './moving';

const DRAG_FROM_PX = 4;
const EDGE_PX = 36;
const SCROLL_PX = 14;

/** Begin what becomes a drag once the pointer has moved; a click stays a click. */
export function beginDrag(down: ReactPointerEvent<HTMLElement>, trips: number[]): void {
  if (down.pointerType === 'touch') return; // a finger scrolls; it moves trips by the buttons
  const from = { x: down.clientX, y: down.clientY };
  let began = false;
  let last: PointerEvent | null = null;
  let scrolling = 0;
  const move = (event: PointerEvent) => {
    last = event;
    if (!began && Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG_FROM_PX) return;
    if (!began) {
      began = true;
      document.body.classList.add('dragging');
      takeUp(trips, 'pointer', { x: event.clientX, y: event.clientY });
      scrolling = window.setInterval(() => last && scrollAtEdge(last), 16);
    }
    hover(runUnder(event), event.clientX, event.clientY);
  };
  const end = (dropped: boolean) => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', up);
    removeEventListener('pointercancel', cancel);
    removeEventListener('keydown', escape, true);
    clearInterval(scrolling);
    document.body.classList.remove('dragging');
    if (!began) return;
    // The click that follows the release belongs to the drag.
    const swallow = (event: Event) => event.stopPropagation();
    addEventListener('click', swallow, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', swallow, { capture: true }), 0);
    if (dropped && moving.get().hand) drop();
    else letGo();
  };
  const up = () => end(true);
  const cancel = () => end(false);
  const escape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    end(false);
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', up);
  addEventListener('pointercancel', cancel);
  addEventListener('keydown', escape, true);
}

function runUnder(event: PointerEvent): number | null {
  const row = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>('[data-run]');
  return row ? Number(row.dataset.run) : null;
}

function scrollAtEdge({ clientX, clientY }: PointerEvent): void {
  const grid = scroller.element;
  if (!grid) return;
  const box = grid.getBoundingClientRect();
  if (clientX < box.left || clientX > box.right) return;
  if (clientY > box.bottom - EDGE_PX) grid.scrollTop += SCROLL_PX;
  else if (clientY < box.top + EDGE_PX) grid.scrollTop -= SCROLL_PX;
  if (clientX > box.right - EDGE_PX) grid.scrollLeft += SCROLL_PX;
}
