// How a board follows the feed: the same rules as estafette/domain/fold.py, over the same test vectors.

export class MissingEvents extends Error {}

/** Give the board after `event`; throws MissingEvents when something lies between them. Changes nothing. */
export function fold(board, event) {
  if (event.id <= board.version) return board;
  if (event.id > board.version + 1) {
    throw new MissingEvents(`event ${event.id} cannot follow event ${board.version}`);
  }
  const change = CHANGES[event.what.kind];
  if (!change) throw new MissingEvents(`event ${event.id} is of an unknown kind`);
  return { ...change(board, event.what), version: event.id };
}

const CHANGES = {
  booked: (board, what) =>
    withPlaces({ ...board, trips: merged(board, board.trips, what.trips, 'trip_id') }, what.places),
  rostered: (board, what) =>
    withPlaces({ ...board, runs: merged(board, board.runs, what.runs, 'run_id') }, what.places),
  assigned: withAssigned,
  status_changed: (board, what) => ({
    ...board,
    trips: board.trips.map((trip) => (trip.trip_id === what.trip_id ? { ...trip, status: what.status } : trip)),
  }),
  acknowledged: (board, what) => ({
    ...board,
    runs: board.runs.map((run) => (run.run_id === what.run_id ? { ...run, acknowledged: what.manifest } : run)),
  }),
  solve_progressed: (board) => board,
};

/** Give a fresh board in which every card that says the same as before is the same object as before. */
export function keepUnchanged(board, before) {
  if (!before) return board;
  const same = (cards, older, key) => {
    const known = new Map(older.map((card) => [card[key], card]));
    return cards.map((card) => {
      const old = known.get(card[key]);
      return old && JSON.stringify(old) === JSON.stringify(card) ? old : card;
    });
  };
  return {
    ...board,
    runs: same(board.runs, before.runs, 'run_id'),
    trips: same(board.trips, before.trips, 'trip_id'),
  };
}

export const KINDS = Object.keys(CHANGES);

// A card of another day takes its trip off this board: that is how a trip changes its day.
function merged(board, cards, newer, key) {
  const known = new Map([...cards, ...newer].map((card) => [card[key], card]));
  return [...known.values()].filter((card) => card.service_on === board.service_on).sort((a, b) => a[key] - b[key]);
}

function withPlaces(board, places) {
  const known = new Map([...board.places, ...places].map((place) => [place.place_id, place]));
  const named = new Set(board.trips.flatMap((trip) => [trip.origin_id, trip.destination_id]));
  const missing = [...named].find((id) => !known.has(id));
  if (missing !== undefined) throw new MissingEvents(`an event names place ${missing} without giving it`);
  return { ...board, places: [...named].sort((a, b) => a - b).map((id) => known.get(id)) };
}

function withAssigned(board, what) {
  if (!board.runs.some((run) => run.run_id === what.run_id)) return board;
  const gained = timesByTrip(what.new);
  const moved = timesByTrip(what.moved);
  const taken = new Set(what.taken);
  const card = (trip) => {
    if (gained.has(trip.trip_id)) {
      return { ...trip, run_id: what.run_id, times: gained.get(trip.trip_id), lock: 'none' };
    }
    if (moved.has(trip.trip_id)) return { ...trip, run_id: what.run_id, times: moved.get(trip.trip_id) };
    if (taken.has(trip.trip_id) && trip.run_id === what.run_id) {
      return { ...trip, run_id: null, times: null, lock: 'none' };
    }
    return trip;
  };
  const { manifest, pull_out_at, pull_in_at, breaks } = what;
  const frame = (run) => (run.run_id === what.run_id ? { ...run, manifest, pull_out_at, pull_in_at, breaks } : run);
  return { ...board, runs: board.runs.map(frame), trips: board.trips.map(card) };
}

function timesByTrip(trips) {
  return new Map(trips.map(({ trip_id, ...times }) => [trip_id, times]));
}
