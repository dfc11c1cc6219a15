// Dragging with a pointer: a few pixels make it a drag, the board scrolls at its edges, Escape lets go.

import type { PointerEvent as ReactPointerEvent } from 'react';

import { scroller } from '../timeline/scroll';
import { drop, hover, letGo, moving, takeUp } from './moving';
import { expect } from './options';

const DRAG_FROM_PX = 4;
const EDGE_PX = 36;
const SCROLL_PX = 14;
const ENDS = ['pointerup', 'pointercancel', 'pointerdown'];

/** Begin what becomes a drag once the pointer has moved; a click stays a click. */
export function beginDrag(down: ReactPointerEvent<HTMLElement>, trips: number[]): void {
  if (down.pointerType === 'touch') return; // a finger scrolls; it moves trips by the buttons
  if (trips.length === 1) expect(trips[0]!);
  const from = { x: down.clientX, y: down.clientY };
  let began = false;
  let last: PointerEvent | null = null;
  let scrolling = 0;
  const move = (event: PointerEvent) => {
    last = event;
    if (!began && Math.hypot(event.clientX - from.x, event.clientY - from.y) < DRAG_FROM_PX) return;
    if (!began) {
      began = true;
      grab(down);
      takeUp(trips, 'pointer', { x: event.clientX, y: event.clientY });
      scrolling = window.setInterval(() => last && scrollAtEdge(last), 16);
    }
    hover(runUnder(event), event.clientX, event.clientY);
  };
  const end = () => {
    removeEventListener('pointermove', move);
    removeEventListener('pointerup', up);
    removeEventListener('pointercancel', cancel);
    removeEventListener('keydown', escape, true);
    clearInterval(scrolling);
    removeEventListener('selectstart', refuse);
  };
  const up = () => {
    end();
    if (!began) return;
    swallowClick();
    if (moving.get().hand) drop();
  };
  const cancel = () => {
    end();
    if (began) letGo();
  };
  const escape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation();
    cancel();
    if (began) swallowReleased();
  };
  addEventListener('pointermove', move);
  addEventListener('pointerup', up);
  addEventListener('pointercancel', cancel);
  addEventListener('keydown', escape, true);
}

const refuse = (event: Event): void => event.preventDefault();

/** The element keeps the pointer, and with it the look of the pointer: a rule for all elements would style the page anew. */
function grab({ target, pointerId }: ReactPointerEvent<HTMLElement>): void {
  if (target instanceof Element && target.isConnected) target.setPointerCapture(pointerId);
  addEventListener('selectstart', refuse);
}

/** The click that follows a release belongs to the drag, not to what lies below. */
function swallowClick(): void {
  const swallow = (event: Event) => event.stopPropagation();
  addEventListener('click', swallow, { capture: true, once: true });
  setTimeout(() => removeEventListener('click', swallow, { capture: true }), 0);
}

/** The button is still down, and may be for long: whatever comes first ends the wait. */
function swallowReleased(): void {
  const over = (event: Event) => {
    ENDS.forEach((kind) => removeEventListener(kind, over, true));
    if (event.type === 'pointerup') swallowClick();
  };
  ENDS.forEach((kind) => addEventListener(kind, over, true));
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
