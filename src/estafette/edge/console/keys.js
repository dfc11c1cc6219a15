// Walking the board with the keyboard: one tab stop, arrows inside (the grid pattern of ARIA).

export class Keys {
  constructor(grid, { onChoose, onLeave }) {
    this.grid = grid;
    this.onChoose = onChoose;
    this.onLeave = onLeave;
    grid.addEventListener('keydown', (event) => this.press(event));
    grid.addEventListener('focusin', (event) => this.stop(event.target));
  }

  /** Keep exactly one cell reachable by Tab; called again whenever cells came or went. */
  settle() {
    const current = this.grid.querySelector('[tabindex="0"]');
    if (!current) this.grid.querySelector('.row .bar, .row .label')?.setAttribute('tabindex', '0');
  }

  stop(cell) {
    for (const other of this.grid.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', '-1');
    cell.setAttribute('tabindex', '0');
  }

  press(event) {
    const cell = event.target.closest('.bar, .label');
    if (!cell || event.altKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.onChoose(cell);
    else if (event.key === 'Escape') this.onLeave();
    else {
      const next = this.next(cell, event);
      if (next === undefined) return;
      if (next) reveal(next);
    }
    event.preventDefault();
  }

  /** Give the cell to go to: undefined when the key means nothing here, null when there is none. */
  next(cell, { key, ctrlKey }) {
    const row = cell.closest('.row');
    const cells = [...row.querySelectorAll('.label, .bar')];
    switch (key) {
      case 'ArrowRight': return cells[cells.indexOf(cell) + 1] ?? null;
      case 'ArrowLeft': return cells[cells.indexOf(cell) - 1] ?? null;
      case 'ArrowDown': return nearest(row.nextElementSibling, cell);
      case 'ArrowUp': return nearest(row.previousElementSibling, cell);
      case 'Home': return ctrlKey ? this.grid.querySelector('.label') : cells[0];
      case 'End': return ctrlKey ? [...this.grid.querySelectorAll('.label, .bar')].at(-1) : cells.at(-1);
      default: return undefined;
    }
  }
}

/** In another row, the bar whose start is nearest; from a label, the label. */
function nearest(row, cell) {
  if (!row?.classList.contains('row')) return null;
  const bars = [...row.querySelectorAll('.bar')];
  if (cell.classList.contains('label') || bars.length === 0) return row.querySelector('.label');
  const start = parseFloat(cell.style.left);
  const distance = (bar) => Math.abs(parseFloat(bar.style.left) - start);
  return bars.reduce((best, bar) => (distance(bar) < distance(best) ? bar : best));
}

function reveal(cell) {
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
