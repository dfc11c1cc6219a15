// What the server sends, as far as the pages read it: the names are those of docs/api/openapi.json.

export interface Spaces { seats: number; wheelchairs: number; stretchers: number }
export type SpaceKind = keyof Spaces;

export type TripStatus =
  | 'requested' | 'booked' | 'will_call' | 'en_route' | 'arrived' | 'on_board'
  | 'completed' | 'cancelled' | 'no_show' | 'missed' | 'denied';
export type Lock = 'none' | 'driver' | 'order' | 'time';
export type Anchor = 'arrive_by' | 'pickup_at';

export interface Times { pickup_at: string; pickup_until: string; dropoff_at: string; dropoff_until: string }

export interface TripCard {
  trip_id: number;
  ref: string;
  service_on: string;
  anchor: Anchor;
  requested_at: string | null;
  promised_from: string | null;
  promised_to: string | null;
  origin_id: number;
  destination_id: number;
  takes: Spaces;
  status: TripStatus;
  run_id: number | null;
  times: Times | null;
  lock: Lock;
}

export interface RunProblem { what: 'late' | 'vehicle' | 'not_ready' | 'other'; note: string; at: string; trip_id: number | null }

export interface RunCard {
  run_id: number;
  service_on: string;
  driver_id: number;
  driver: string;
  vehicle: string;
  layouts: Spaces[];
  shift_from: string;
  shift_to: string;
  manifest: number;
  pull_out_at: string | null;
  pull_in_at: string | null;
  breaks: { start_at: string; end_at: string }[];
  acknowledged: number;
  problem: RunProblem | null;
}

export interface Place { place_id: number; name: string; lon: number; lat: number }

export interface Board {
  company_id: number;
  service_on: string;
  zone: string;
  day_start_at: string;
  version: number;
  runs: RunCard[];
  trips: TripCard[];
  places: Place[];
}

export type TripTimes = Times & { trip_id: number };

export interface SolveProgressed {
  kind: 'solve_progressed';
  solve_id: number;
  service_on: string;
  state: SolveState;
  placed: number | null;
  left_over: number | null;
  cost: number | null;
  seconds: number | null;
}

export type Happening =
  | { kind: 'booked'; trips: TripCard[]; places: Place[] }
  | { kind: 'rostered'; runs: RunCard[]; places: Place[] }
  | {
      kind: 'assigned';
      run_id: number;
      driver_id: number;
      manifest: number;
      pull_out_at: string | null;
      pull_in_at: string | null;
      breaks: { start_at: string; end_at: string }[];
      new: TripTimes[];
      moved: TripTimes[];
      taken: number[];
    }
  | { kind: 'status_changed'; trip_id: number; status: TripStatus }
  | { kind: 'acknowledged'; run_id: number; manifest: number }
  | { kind: 'reported'; run_id: number; problem: RunProblem | null }
  | { kind: 'return_kept'; booking_id: number; kept: boolean }
  | { kind: 'enquired'; enquiry_id: number; service_on: string; state: 'asked' | 'booked' | 'declined' | 'withdrawn' }
  | SolveProgressed;

export interface Event { id: number; at: string; what: Happening }

export interface Company { company_id: number; name: string; zone: string; language: string; days: string[] }
export interface Opening { company: Company; opens_on: string; server_at: string }
export interface Me { company_id: number; rights: string[]; user: { name: string; role: string } | null }

export interface RunEstimates { run_id: number; whole: boolean; pickups: string[]; dropoffs: string[] }

export type Reason =
  | 'time_window' | 'ride_time' | 'onboard_wait' | 'space' | 'skill' | 'shift' | 'break' | 'reachable' | 'locked'
  | 'banned' | 'no_share' | 'linked_leg' | 'priority' | 'beaten' | 'not_searched';

export interface StopMove {
  run_id: number;
  kind: 'pull_out' | 'pickup' | 'dropoff' | 'break' | 'pull_in';
  before_s: number;
  after_s: number;
  trip_id: number | null;
}

export type Terms = Partial<Record<
  'unserved' | 'run' | 'drive' | 'excess_ride' | 'onboard_wait' | 'target' | 'work' | 'overtime' | 'not_preferred'
  | 'balance' | 'change' | 'order' | 'moved', number>>;

export interface Offer {
  trip_id: number;
  run_id: number;
  driver_id: number;
  pickup_s: number;
  dropoff_s: number;
  pickup_position: number;
  dropoff_position: number;
  cost: number;
  terms: Terms;
  extra_drive_s: number;
  extra_drive_m: number;
  extra_span_s: number;
  slack_s: number;
  ripple: StopMove[];
}

/** One run for a trip: an offer, or the reason that binds. */
export interface RunOption { run_id: number; driver_id: number; offer?: Offer; reason?: Reason; short_by?: number }
/** What the run of a trip does once the trip has left it. */
export interface Leaving { terms: Terms; ripple: StopMove[] }
export interface Options { trip_id: number; run_id: number | null; board_version: number; options: RunOption[]; leaving: Leaving | null }

export interface RunRefusal { run_id: number; reason: Reason; short_by?: number | null }

export interface Violation { rule: string; run_id: number | null; trip_id: number | null; by: number }

export interface TripOutcome {
  trip_id: number;
  run_id: number | null;
  outcome: 'applied' | 'unchanged' | 'stale' | 'locked' | 'gone' | 'illegal_now';
  detail: string;
  standing: { status: TripStatus; run_id: number | null; pickup_at: string | null } | null;
}

export interface HandDone {
  outcome: 'valid' | 'applied' | 'breaks_rules' | 'not_possible';
  board_version: number;
  violations: Violation[];
  cost: number;
  terms: Terms;
  ripple: StopMove[];
  trips: TripOutcome[];
  locked: number[];
  why: string;
  applied_id?: number;
}

export type HandChange =
  | { kind: 'assign'; trip_id: number; run_id: number; lock?: Lock }
  | { kind: 'swap'; trip_id: number; other_trip_id: number }
  | { kind: 'unassign'; trip_id: number }
  | { kind: 'lock'; trip_id: number; lock: Lock };

export type SolveState = 'waiting' | 'running' | 'done' | 'stopped' | 'cancelled' | 'replaced' | 'failed';

export interface TripView extends Omit<TripCard, 'times'> {
  booking_id: number;
  rider_id: number;
  direction: 'outbound' | 'return' | 'onward';
  companions: number;
  needs: string[];
  no_share: boolean;
  priority: number;
  max_ride_s: number | null;
  cancelled: string | null;
  times: Times | null;
  version: number;
}

export interface Rider {
  rider_id: number;
  ref: string;
  name: string;
  phone?: string;
  needs: string[];
  no_share?: boolean;
}

export interface TripDeed {
  did: 'booked' | 'assigned' | 'retimed' | 'taken_off' | 'moved_on';
  at: string;
  actor: string;
  by: string;
  why: string;
  status: TripStatus | null;
  was_run_id: number | null;
  run_id: number | null;
  was_pickup_at: string | null;
  plan_id: number | null;
  undone: boolean;
}

export interface Page<Item> { items: Item[]; next: string | null }
