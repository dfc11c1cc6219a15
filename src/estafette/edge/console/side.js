// The side of the board: the trips left over, and everything about the trip in hand.

import { element, icon } from './element.js';
import { byTime, isLate, isLeftOver, isWillCall, need } from './trips.js';

export class Pool {
  constructor(list, heading, words) {
    this.list = list;
    this.heading = heading;
    this.words = words;
  }

  show(board) {
    const focused = document.activeElement?.closest?.('#pool [data-trip]')?.dataset.trip;
    const places = new Map(board.places.map((place) => [place.place_id, place.name]));
    const open = board.trips.filter(isLeftOver).sort(byTime);
    const waiting = board.trips.filter(isWillCall).sort(byTime);
    this.heading.textContent = this.words.say('left_over');
    const none = element('li', { class: 'none' }, this.words.say('left_over_none'));
    const group = element('li', { class: 'group' }, this.words.say('will_calls'));
    const entries = (trips) => trips.map((trip) => this.entry(trip, places));
    const shown = open.length ? entries(open) : [none];
    this.list.replaceChildren(...shown, ...(waiting.length ? [group, ...entries(waiting)] : []));
    if (focused) this.list.querySelector(`[data-trip="${focused}"]`)?.focus({ preventScroll: true });
  }

  choose(tripId) {
    this.list.querySelector('.chosen')?.classList.remove('chosen');
    this.list.querySelector(`[data-trip="${tripId}"]`)?.classList.add('chosen');
  }

  entry(trip, places) {
    const [origin, destination] = [places.get(trip.origin_id), places.get(trip.destination_id)];
    const button = element(
      'button', { type: 'button', class: 'open-trip', 'data-trip': trip.trip_id, 'data-need': need(trip) },
      icon(need(trip)),
      element('span', { class: 'promise' }, this.words.promise(trip)),
      element('span', { class: 'way' }, `${origin} → ${destination}`),
      element('span', { class: 'unseen' }, this.words.takes(trip.takes)),
    );
    return element('li', {}, button);
  }
}

export class Panel {
  constructor(section, words, estimates) {
    this.section = section;
    this.words = words;
    this.estimates = estimates;
  }

  /** Show one trip, or how to read the board when there is none. */
  show(board, trip) {
    const heading = element('h2', { id: 'panel-heading' }, trip ? this.words.say('trip', { ref: trip.ref }) : this.words.say('legend'));
    this.section.dataset.trip = trip ? trip.trip_id : '';
    this.section.replaceChildren(heading, ...(trip ? this.facts(board, trip) : this.legend()));
  }

  facts(board, trip) {
    const place = (id) => board.places.find((one) => one.place_id === id)?.name;
    const run = board.runs.find((one) => one.run_id === trip.run_id);
    const say = (name) => this.words.say(name);
    const close = element('button', { type: 'button', class: 'close', 'aria-label': say('close') }, '×');
    const facts = [
      ['status', say(`status_${trip.status}`)],
      ['from', place(trip.origin_id)],
      ['to', place(trip.destination_id)],
      ['takes', this.words.takes(trip.takes)],
      ['promised', this.words.promise(trip)],
      ...(trip.times ? this.scheduled(trip) : []),
      ['run', run ? `${run.driver} · ${run.vehicle}` : say('not_placed')],
      ...(trip.lock === 'none' ? [] : [['lock', say(`lock_${trip.lock}`)]]),
    ];
    const list = facts.flatMap(([name, value]) => [element('dt', {}, say(name)), element('dd', {}, value)]);
    const late = isLate(trip) ? [element('p', { class: 'late-note' }, say('late_note'))] : [];
    return [close, ...late, element('dl', { class: 'facts' }, ...list)];
  }

  scheduled(trip) {
    const minutes = Math.round((Date.parse(trip.times.dropoff_at) - Date.parse(trip.times.pickup_until)) / 60000);
    const span = (from, to, end) => {
      const time = this.words.span(from, to);
      return this.estimates.at(trip, end) ? this.words.say('estimated_time', { time }) : time;
    };
    return [
      ['pickup', span(trip.times.pickup_at, trip.times.pickup_until, 'pickups')],
      ['dropoff', span(trip.times.dropoff_at, trip.times.dropoff_until, 'dropoffs')],
      ['ride', this.words.say('minutes', { n: minutes })],
    ];
  }

  legend() {
    const sample = (className, child, name) =>
      element('li', {}, element('span', { class: `sample ${className}` }, child), this.words.say(name));
    const needs = ['seat', 'wheelchair', 'stretcher'].map((name) => {
      const entry = sample('', icon(name), `need_${name}`);
      entry.firstChild.dataset.need = name;
      return entry;
    });
    return [
      element(
        'ul', { class: 'legend' }, ...needs,
        sample('shift', '', 'shift'), sample('off', '', 'off_shift'), sample('rest', '', 'break'),
      ),
      element('p', { class: 'hint' }, this.words.say('keys_hint')),
    ];
  }
}
