// Questions about trips that several parts of the page ask. Nothing here touches the page.

const ENDED = new Set(['completed', 'cancelled', 'no_show', 'missed', 'denied']);

/** What a trip needs most: it decides colour and icon. */
export function need(trip) {
  if (trip.takes.stretchers > 0) return 'stretcher';
  return trip.takes.wheelchairs > 0 ? 'wheelchair' : 'seat';
}

export const isPlaced = (trip) => trip.run_id !== null;
export const isWillCall = (trip) => trip.run_id === null && trip.status === 'will_call';
export const isLeftOver = (trip) => trip.run_id === null && trip.status !== 'will_call' && !ENDED.has(trip.status);

/** Whether the end that carries the promise is scheduled after it. */
export function isLate(trip) {
  if (trip.times === null || trip.promised_to === null) return false;
  const at = trip.anchor === 'arrive_by' ? trip.times.dropoff_at : trip.times.pickup_at;
  return Date.parse(at) > Date.parse(trip.promised_to);
}

export function byTime(a, b) {
  const key = (trip) => Date.parse(trip.times?.pickup_at ?? trip.promised_from ?? '9999-01-01T00:00:00Z');
  return key(a) - key(b) || a.trip_id - b.trip_id;
}

// A bar is never narrower than its icon, so that it can be seen and hit; lanes must reckon with that.
const SHORTEST_SHOWN_MS = 19 * 60000;

/** Put trips, in order of their pick-up, into lanes where no bar covers the one before it. */
export function inLanes(trips) {
  const ends = [];
  const lanes = trips.map((trip) => {
    const start = Date.parse(trip.times.pickup_at);
    const free = ends.findIndex((end) => end <= start);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = Math.max(Date.parse(trip.times.dropoff_until), start + SHORTEST_SHOWN_MS);
    return lane;
  });
  return { lanes, count: Math.max(1, ends.length) };
}

/** The hours that the board shows: 05 to 22, and more when a shift or a trip needs it. */
export function axis(board) {
  const start = Date.parse(board.day_start_at);
  const hour = 3600000;
  const instants = [
    ...board.runs.flatMap((run) => [run.shift_from, run.shift_to]),
    ...board.trips.flatMap((trip) => (trip.times ? [trip.times.pickup_at, trip.times.dropoff_until] : [])),
  ].map((at) => (Date.parse(at) - start) / hour);
  const from = Math.floor(instants.reduce((least, at) => Math.min(least, at), 5));
  const to = Math.ceil(instants.reduce((most, at) => Math.max(most, at), 22));
  return { from: start + from * hour, to: start + to * hour, hours: to - from };
}

export function share(axis, at) {
  const instant = typeof at === 'string' ? Date.parse(at) : at;
  return (instant - axis.from) / (axis.to - axis.from);
}
