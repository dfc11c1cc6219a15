// Where the board is scrolled to, and how it is brought to what matters.

import { ms, type Instant } from '../words/clock';
import type { Axis } from './axis';
import type { Cell } from './cursor';
import type { Row, Rows } from './rows';

const phone = matchMedia('(max-width: 640px)');
/** As wide as the labels are in the style sheets. */
export const labelPx = (): number => (phone.matches ? 132 : 208);
export const HEAD_PX = 32;
const MARGIN_PX = 24;

/** The grid's element, for those who scroll it. */
export const scroller: { element: HTMLElement | null } = { element: null };

/** The runs that are drawn: those in sight, and a few beyond. */
export const runsDrawn = (): number[] =>
  [...(scroller.element?.querySelectorAll<HTMLElement>('.run[data-run]') ?? [])].map(({ dataset }) => Number(dataset.run));

/** Bring a cell into sight, below the head and right of the labels, and give it the focus. */
export function reveal({ rows }: Rows, cell: Cell): void {
  const grid = scroller.element;
  const row = rows.find((one) => one.run.run_id === cell.runId);
  if (!grid || !row) return;
  revealRow(row);
  requestAnimationFrame(() => focusCell(grid, cell));
}

/** Bring a row into sight, which may not be drawn yet. */
export function revealRow(row: Row): void {
  const grid = scroller.element;
  if (!grid) return;
  const seen = grid.clientHeight - HEAD_PX;
  if (row.top < grid.scrollTop) grid.scrollTop = row.top;
  else if (row.top + row.height > grid.scrollTop + seen) grid.scrollTop = row.top + row.height - seen;
}

function focusCell(grid: HTMLElement, cell: Cell): void {
  const inRow = cell.tripId === null ? '.label' : `[data-trip="${cell.tripId}"]`;
  const element = grid.querySelector<HTMLElement>(`[data-run="${cell.runId}"] ${inRow}`);
  if (!element) return;
  element.focus({ preventScroll: true });
  if (cell.tripId === null) return;
  const from = element.offsetLeft;
  const to = from + element.offsetWidth;
  const wide = grid.clientWidth - labelPx();
  if (from < grid.scrollLeft + MARGIN_PX) grid.scrollLeft = from - MARGIN_PX;
  else if (to > grid.scrollLeft + wide - MARGIN_PX) grid.scrollLeft = Math.min(to - wide + MARGIN_PX, from - MARGIN_PX);
}

/** Bring an instant a third of the way into sight. */
export function scrollTo(axis: Axis, at: Instant, hourPx: number): void {
  const grid = scroller.element;
  if (!grid) return;
  const px = ((ms(at) - axis.from) / 3_600_000) * hourPx;
  grid.scrollLeft = Math.max(0, px - (grid.clientWidth - labelPx()) / 3);
}
