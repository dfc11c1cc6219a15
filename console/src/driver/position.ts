// Where the vehicle is, sparingly: only while a run is going on and the page is open, in batches, and without the
// satellites unless it moves. A page gets no position once the screen is off; the board shows how old the last one is.

import { ask } from '../api/ask';

const EVERY_MS = 30_000;
const AFTER_M = 150;
const MOVING_M_PER_S = 2;
const SEND_EVERY_MS = 60_000;
const MOST_KEPT = 120;

interface Fix { at: string; lon: number; lat: number; accuracy_m: number }

let watch: number | null = null;
let precise = false;
let runId = 0;
let batch: Fix[] = [];
let last: { at: number; lon: number; lat: number } | null = null;
let sentAt = 0;

/** Follow the vehicle of a run, or nobody's. */
export function follow(run_id: number | null): void {
  if (!('geolocation' in navigator) || run_id === (watch === null ? null : runId)) return;
  stop();
  if (run_id === null) return;
  runId = run_id;
  begin(false);
}

function stop(): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  [watch, last, batch] = [null, null, []];
}

function begin(enableHighAccuracy: boolean): void {
  if (watch !== null) navigator.geolocation.clearWatch(watch);
  precise = enableHighAccuracy;
  const how = { enableHighAccuracy, maximumAge: EVERY_MS / 2 };
  watch = navigator.geolocation.watchPosition(take, () => undefined, how);
}

function take({ coords, timestamp }: GeolocationPosition): void {
  const { longitude: lon, latitude: lat, accuracy, speed } = coords;
  const wayM = last ? metres(last, { lon, lat }) : Infinity;
  const sinceMs = last ? timestamp - last.at : Infinity;
  if (sinceMs < EVERY_MS && wayM < AFTER_M) return;
  const moves = (speed ?? wayM / (sinceMs / 1000)) > MOVING_M_PER_S;
  last = { at: timestamp, lon, lat };
  batch = [...batch, { at: new Date(timestamp).toISOString(), lon, lat, accuracy_m: Math.round(accuracy) }].slice(-MOST_KEPT);
  if (moves !== precise) begin(moves);
  void sendPositions(timestamp);
}

/** Send the batch; what could not be sent waits for the next, a place is no step that must arrive. */
export async function sendPositions(now: number): Promise<void> {
  if (!batch.length || now - sentAt < SEND_EVERY_MS) return;
  const positions = batch;
  [batch, sentAt] = [[], now];
  try {
    await ask('/my/positions', { method: 'POST', body: { run_id: runId, positions } });
  } catch (error) {
    if (error instanceof TypeError) batch = [...positions, ...batch].slice(-MOST_KEPT);
  }
}

/** The way between two near points, on a plane. */
function metres(from: { lon: number; lat: number }, to: { lon: number; lat: number }): number {
  const degree = 111_200;
  const east = (to.lon - from.lon) * degree * Math.cos((from.lat * Math.PI) / 180);
  return Math.hypot(east, (to.lat - from.lat) * degree);
}
