// What the server gives a driver (src/estafette/domain/own_run.py), and what this phone keeps of it.

export type Status =
  | 'requested' | 'booked' | 'will_call' | 'en_route' | 'arrived' | 'on_board' | 'completed' | 'cancelled'
  | 'no_show' | 'missed' | 'denied';
export type Step = 'en_route' | 'arrived' | 'on_board' | 'completed' | 'no_show';

export const PROBLEMS = ['late', 'vehicle', 'not_ready', 'other'] as const;
export type Problem = (typeof PROBLEMS)[number];

export interface Spaces { seats?: number; wheelchairs?: number; stretchers?: number }
export interface Links { geo: string; google: string; apple: string; waze: string }

export interface Stop {
  kind: 'pickup' | 'dropoff' | 'break' | 'pull_out' | 'pull_in';
  at: string;
  until: string;
  place?: string;
  address?: string;
  access_note?: string;
  trip_id?: number | null;
  trip_ref?: string;
  status?: Status | null;
  anchor?: 'arrive_by' | 'pickup_at' | null;
  requested_at?: string | null;
  rider?: string;
  phone?: string;
  takes?: Spaces;
  companions?: number;
  needs?: string[];
  rides_alone?: boolean;
  estimated?: boolean;
  lon?: number | null;
  lat?: number | null;
  links?: Links | null;
}

export interface Run {
  run_id: number;
  service_on: string;
  manifest: number;
  acknowledged: number;
  vehicle: string;
  shift_from: string;
  shift_to: string;
  changes: { trip_id: number; change: 'new' | 'moved' | 'taken' }[];
  stops: Stop[];
}

export interface Runs { zone: string; runs: Run[] }

/** One thing to tell the server: in the order of the taps, each under a key of its own. */
export interface Entry {
  key: string;
  path: string;
  body: Record<string, unknown>;
  at: number;
  /** Not before this moment: until then it can be taken back. */
  heldUntil: number;
  trip_id?: number;
  run_id?: number;
  step?: Step;
  /** A problem that the driver reports. */
  problem?: Problem;
  /** Time and place of what it is about, for the list of what is unsent. */
  about: string;
  /** What the server said against it; such an entry is shown, and not sent again. */
  refused?: string;
}
