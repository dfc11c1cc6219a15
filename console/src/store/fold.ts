// How a board follows the feed: the same rules as estafette/domain/fold.py, over the same test vectors.

import type { Board, Event, Happening, Place, RunCard, Times, TripCard, TripTimes } from '../api/records';

export class MissingEvents extends Error {}

/** Give the board after `event`; throws `MissingEvents` when something lies between them. Changes nothing. */
export function fold(board: Board, event: Event): Board {
  if (event.id <= board.version) return board;
  if (event.id > board.version + 1) {
    throw new MissingEvents(`event ${event.id} cannot follow event ${board.version}`);
  }
  return { ...after(board, event.what), version: event.id };
}

function after(board: Board, what: Happening): Board {
  switch (what.kind) {
    case 'booked': {
      const trips = merged(board, board.trips, what.trips, (trip: TripCard) => trip.trip_id);
      return withPlaces({ ...board, trips }, what.places);
    }
    case 'rostered': {
      const runs = merged(board, board.runs, what.runs, (run: RunCard) => run.run_id);
      return withPlaces({ ...board, runs }, what.places);
    }
    case 'assigned':
      return withAssigned(board, what);
    case 'status_changed':
      return { ...board, trips: board.trips.map((trip) => withStatus(trip, what)) };
    case 'acknowledged':
      return { ...board, runs: board.runs.map((run) => (run.run_id === what.run_id ? { ...run, acknowledged: what.manifest } : run)) };
    case 'reported':
      return { ...board, runs: board.runs.map((run) => (run.run_id === what.run_id ? { ...run, problem: what.problem } : run)) };
    case 'enquired':
    case 'return_kept':
    case 'solve_progressed':
      return board;
    default:
      throw new MissingEvents(`an event of an unknown kind: ${(what as { kind: string }).kind}`);
  }
}

// A card of another day takes its trip off this board: that is how a trip changes its day.
function merged<Card extends { service_on: string }>(
  board: Board, cards: Card[], newer: Card[], id: (card: Card) => number,
): Card[] {
  const known = new Map([...cards, ...newer].map((card) => [id(card), card]));
  return [...known.values()].filter((card) => card.service_on === board.service_on).sort((a, b) => id(a) - id(b));
}

function withPlaces(board: Board, places: Place[]): Board {
  const known = new Map([...board.places, ...places].map((place) => [place.place_id, place]));
  const named = new Set(board.trips.flatMap((trip) => [trip.origin_id, trip.destination_id]));
  const kept = [...named].sort((a, b) => a - b).map((id) => {
    const place = known.get(id);
    if (!place) throw new MissingEvents(`an event names place ${id} without giving it`);
    return place;
  });
  return { ...board, places: kept };
}

function withAssigned(board: Board, what: Happening & { kind: 'assigned' }): Board {
  if (!board.runs.some((run) => run.run_id === what.run_id)) return board;
  const gained = timesByTrip(what.new);
  const moved = timesByTrip(what.moved);
  const taken = new Set(what.taken);
  const card = (trip: TripCard): TripCard => {
    const times = gained.get(trip.trip_id);
    if (times) return { ...trip, run_id: what.run_id, times, lock: 'none' };
    const later = moved.get(trip.trip_id);
    if (later) return { ...trip, run_id: what.run_id, times: later };
    if (taken.has(trip.trip_id) && trip.run_id === what.run_id) return { ...trip, run_id: null, times: null, lock: 'none' };
    return trip;
  };
  const { manifest, pull_out_at, pull_in_at, breaks } = what;
  const frame = (run: RunCard) => (run.run_id === what.run_id ? { ...run, manifest, pull_out_at, pull_in_at, breaks } : run);
  return { ...board, runs: board.runs.map(frame), trips: board.trips.map(card) };
}

function withStatus(trip: TripCard, what: Happening & { kind: 'status_changed' }): TripCard {
  return trip.trip_id === what.trip_id ? { ...trip, status: what.status } : trip;
}

function timesByTrip(trips: TripTimes[]): Map<number, Times> {
  return new Map(trips.map(({ trip_id, ...times }) => [trip_id, times]));
}

/** Give a fresh board in which every card that says the same as before is the same object as before. */
export function keepUnchanged(board: Board, before: Board | null): Board {
  if (!before) return board;
  return {
    ...board,
    runs: same(board.runs, before.runs, (run) => run.run_id),
    trips: same(board.trips, before.trips, (trip) => trip.trip_id),
  };
}

function same<Card>(cards: Card[], older: Card[], id: (card: Card) => number): Card[] {
  const known = new Map(older.map((card) => [id(card), card]));
  return cards.map((card) => {
    const old = known.get(id(card));
    return old && JSON.stringify(old) === JSON.stringify(card) ? old : card;
  });
}
