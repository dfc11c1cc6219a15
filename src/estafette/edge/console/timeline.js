// The runs as rows on a time axis. Elements are kept and changed in place, so focus and scroll stay;
// rows far from what is seen are empty boxes of the right height.

import { element, icon } from './element.js';
import { axis, byTime, inLanes, isLate, isPlaced, need, share } from './trips.js';

const NEAR = '400px';

const percent = (part) => `${(part * 100).toFixed(4)}%`;

export class Timeline {
  constructor(grid, words, estimates) {
    this.grid = grid;
    this.words = words;
    this.estimates = estimates;
    this.rows = new Map();
    this.bars = new Map();
    this.head = element('div', { class: 'head', role: 'row', 'aria-rowindex': '1' });
    this.nowLine = element('div', { class: 'now', 'aria-hidden': 'true' });
    this.grid.append(this.head, this.nowLine);
    this.observer = new IntersectionObserver(
      (entries) => entries.forEach((entry) => this.come(entry.target, entry.isIntersecting)),
      { rootMargin: NEAR, scrollMargin: NEAR },
    );
  }

  come(element, isNear) {
    const row = this.rows.get(Number(element.dataset.run));
    if (!row || row.near === isNear) return;
    // What has the focus stays, or the focus would be lost.
    if (!isNear && element.contains(document.activeElement)) return;
    row.near = isNear;
    element.classList.toggle('near', isNear);
    if (isNear) this.draw(row);
    else this.empty(row);
  }

  empty(row) {
    for (const bar of row.track.querySelectorAll('.bar')) this.bars.delete(Number(bar.dataset.trip));
    row.track.replaceChildren();
    row.label.replaceChildren();
  }

  /** Show a board; `before` is what was shown (null at first). Gives the trips that changed since. */
  show(board, before) {
    const fits = axis(board);
    const anew = !before || fits.from !== this.axis.from || fits.to !== this.axis.to;
    this.axis = fits;
    this.places = new Map(board.places.map((place) => [place.place_id, place.name]));
    if (anew) this.showAxis();
    const changed = before ? changedTrips(board, before) : [];
    this.showRows(board, anew ? null : touchedRuns(board, before, changed));
    return changed.map((trip) => trip.trip_id);
  }

  showAxis() {
    this.grid.style.setProperty('--hours', this.axis.hours);
    const corner = element('div', { class: 'corner', role: 'columnheader' }, this.words.say('runs'));
    const hours = element('div', { class: 'hours', role: 'columnheader', 'aria-label': this.words.say('time') });
    for (let n = 0; n < this.axis.hours; n += 1) {
      const label = element('span', { class: 'hour' }, this.words.clock(this.axis.from + n * 3600000));
      label.style.left = percent(n / this.axis.hours);
      hours.append(label);
    }
    this.head.replaceChildren(corner, hours);
  }

  /** Mark the trip in hand, also when its bar is made later. */
  choose(tripId) {
    this.bars.get(this.chosen)?.classList.remove('chosen');
    this.chosen = tripId;
    this.bars.get(tripId)?.classList.add('chosen');
  }

  showNow(now) {
    const at = share(this.axis, now);
    this.nowLine.hidden = at < 0 || at > 1;
    this.nowLine.style.setProperty('--at', at);
  }

  showRows(board, touched) {
    const tripsOf = byRun(board.trips.filter(isPlaced));
    const runs = [...board.runs].sort(byShift);
    for (const [runId, row] of this.rows) if (!runs.some((run) => run.run_id === runId)) this.removeRow(runId, row);
    runs.forEach((run, index) => {
      const known = this.rows.get(run.run_id);
      if (known && touched && !touched.has(run.run_id)) return;
      const row = known ?? this.addRow(run.run_id);
      this.fill(row, run, (tripsOf.get(run.run_id) ?? []).sort(byTime));
      row.element.setAttribute('aria-rowindex', index + 2);
    });
    runs.forEach((run, index) => inPlace(this.grid, this.rows.get(run.run_id).element, index + 2));
    this.grid.setAttribute('aria-rowcount', runs.length + 1);
    this.dropBars(board);
  }

  addRow(runId) {
    const label = element('div', { class: 'label', role: 'rowheader', tabindex: '-1' });
    const track = element('div', { class: 'track', role: 'presentation' });
    const row = element('div', { class: 'row', role: 'row', 'data-run': runId }, label, track);
    const made = { element: row, label, track, near: false };
    this.rows.set(runId, made);
    this.observer.observe(row);
    return made;
  }

  removeRow(runId, row) {
    this.observer.unobserve(row.element);
    row.element.remove();
    this.rows.delete(runId);
  }

  dropBars(board) {
    const placed = new Set(board.trips.filter(isPlaced).map((trip) => trip.trip_id));
    for (const [tripId, bar] of this.bars) {
      if (placed.has(tripId)) continue;
      bar.remove();
      this.bars.delete(tripId);
    }
  }

  fill(row, run, trips) {
    Object.assign(row, { run, trips, ...inLanes(trips) });
    row.element.style.setProperty('--lanes', row.count);
    row.element.style.setProperty('--trips', trips.length);
    this.nameRow(row);
    if (row.near) this.draw(row);
  }

  nameRows() {
    for (const row of this.rows.values()) this.nameRow(row);
  }

  nameRow({ label, run, trips }) {
    const layouts = this.layouts(run);
    const name = this.words.say('row_label', {
      driver: run.driver, vehicle: run.vehicle, layouts, trips: trips.length,
      shift: this.words.span(run.shift_from, run.shift_to),
    });
    const estimated = this.estimates.of(run.run_id);
    const said = estimated && this.words.say(`estimated_${estimated}`);
    label.setAttribute('aria-label', said ? `${name}, ${said}` : name);
    label.title = said ?? '';
    label.dataset.estimated = estimated ?? 'none';
  }

  layouts(run) {
    return run.layouts.map((layout) => this.words.takes(layout)).join(` ${this.words.say('or')} `);
  }

  draw(row) {
    const { run, trips, lanes } = row;
    row.label.replaceChildren(
      element('span', { class: 'driver' }, run.driver),
      element('span', { class: 'vehicle', title: this.layouts(run) }, run.vehicle, ...run.layouts.map(layoutBadge)),
    );
    const behind = [this.behind('shift', run.shift_from, run.shift_to)];
    if (run.pull_out_at) behind.push(this.behind('driven', run.pull_out_at, run.pull_in_at));
    const rests = run.breaks.map((rest) => this.rest(rest));
    for (const old of row.track.querySelectorAll('.behind')) old.remove();
    row.track.prepend(...behind, ...rests);
    const first = behind.length + rests.length;
    trips.forEach((trip, n) => inPlace(row.track, this.bar(trip, lanes[n]), first + n));
  }

  behind(kind, from, to) {
    const made = element('div', { class: `behind ${kind}`, 'aria-hidden': 'true' });
    this.spread(made, from, to);
    return made;
  }

  rest(rest) {
    const span = this.words.span(rest.start_at, rest.end_at);
    const made = element('div', { class: 'behind rest', title: `${this.words.say('break')} ${span}` });
    this.spread(made, rest.start_at, rest.end_at);
    return made;
  }

  spread(made, from, to) {
    const start = share(this.axis, from);
    made.style.left = percent(start);
    made.style.width = percent(share(this.axis, to) - start);
  }

  bar(trip, lane) {
    let bar = this.bars.get(trip.trip_id);
    if (!bar) {
      bar = element('div', { class: 'bar', role: 'gridcell', tabindex: '-1', 'data-trip': trip.trip_id });
      this.bars.set(trip.trip_id, bar);
    }
    bar.dataset.need = need(trip);
    bar.dataset.status = trip.status;
    bar.dataset.late = isLate(trip);
    bar.classList.toggle('chosen', trip.trip_id === this.chosen);
    bar.style.setProperty('--lane', lane);
    this.spread(bar, trip.times.pickup_at, trip.times.dropoff_until);
    this.name(bar, trip);
    return bar;
  }

  name(bar, trip) {
    const [origin, destination] = [this.places.get(trip.origin_id), this.places.get(trip.destination_id)];
    const pickup = this.words.clock(trip.times.pickup_at);
    const marks = [icon(need(trip))];
    if (trip.status === 'completed') marks.push(icon('done'));
    if (trip.lock !== 'none') marks.push(icon('lock'));
    bar.replaceChildren(
      ...marks,
      element('span', { class: 'when' }, pickup),
      element('span', { class: 'where' }, element('span', { class: 'from' }, `${origin} → `), destination),
    );
    bar.setAttribute(
      'aria-label',
      this.words.say('bar_label', {
        span: this.words.span(trip.times.pickup_at, trip.times.dropoff_at), origin, destination,
        takes: this.words.takes(trip.takes), status: this.words.say(`status_${trip.status}`),
      }),
    );
  }
}

/** Put an element at a position only if it is not there: moving takes the focus away. */
function inPlace(parent, child, index) {
  if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
}

function byShift(a, b) {
  return Date.parse(a.shift_from) - Date.parse(b.shift_from) || a.driver.localeCompare(b.driver) || a.run_id - b.run_id;
}

function byRun(trips) {
  const groups = new Map();
  for (const trip of trips) {
    if (!groups.has(trip.run_id)) groups.set(trip.run_id, []);
    groups.get(trip.run_id).push(trip);
  }
  return groups;
}

function layoutBadge(layout) {
  const badge = element('span', { class: 'layout', 'aria-hidden': 'true' });
  for (const [kind, symbol] of [['seats', 'seat'], ['wheelchairs', 'wheelchair'], ['stretchers', 'stretcher']]) {
    if (layout[kind] > 0) badge.append(String(layout[kind]), icon(symbol));
  }
  return badge;
}

// Cards are never changed, only replaced: another object is another card.
function changedTrips(board, before) {
  const old = new Map(before.trips.map((trip) => [trip.trip_id, trip]));
  return board.trips.filter((trip) => old.get(trip.trip_id) !== trip);
}

function touchedRuns(board, before, changed) {
  const oldTrips = new Map(before.trips.map((trip) => [trip.trip_id, trip]));
  const oldRuns = new Map(before.runs.map((run) => [run.run_id, run]));
  const renamed = board.places !== before.places ? renamedPlaces(board, before) : new Set();
  const named = (trip) => renamed.has(trip.origin_id) || renamed.has(trip.destination_id);
  const trips = [...changed, ...board.trips.filter(named)];
  return new Set([
    ...board.runs.filter((run) => oldRuns.get(run.run_id) !== run).map((run) => run.run_id),
    ...trips.flatMap((trip) => [trip.run_id, oldTrips.get(trip.trip_id)?.run_id ?? null]),
  ]);
}

function renamedPlaces(board, before) {
  const old = new Map(before.places.map((place) => [place.place_id, place.name]));
  return new Set(board.places.filter((place) => old.get(place.place_id) !== place.name).map((place) => place.place_id));
}
