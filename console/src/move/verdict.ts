// What is said of one run while a trip is in hand.

import type { HandDone, Offer, Options, RunCard, RunOption, RunRefusal, StopMove, TripCard, Violation } from '../api/records';
import { day } from '../store/day';
import type { Index } from '../store/index';
import { promise, say, sayIfKnown } from '../words/board';
import { minutes, ms, signed } from '../words/clock';

/** `same`: it is there already; `ask`: it breaks rules that a person may break; `maybe`: nobody has said no yet. */
export interface Verdict {
  kind: 'ok' | 'maybe' | 'ask' | 'no' | 'same';
  text: string;
  /** Where the trip would be, in milliseconds. */
  at?: { from: number; to: number };
  ripple?: StopMove[];
  /** What the server says of the board as it is: nothing is left to be asked. */
  isExact?: boolean;
}

const COST_PER_DRIVING_MINUTE = 6000; // hundredths of a driving second
const SPACES = ['seats', 'wheelchairs', 'stretchers'] as const;

/** Driving alone, as minutes: what leaving a trip over or using a run is priced at are no minutes. */
export const drivingMinutes = (cost: number): string => signed(Math.round(cost / COST_PER_DRIVING_MINUTE));

/** What the page can tell by itself, at once: space and shift. The server knows the rest. */
export function atOnce(trips: TripCard[], run: RunCard): Verdict {
  if (trips.every((trip) => trip.run_id === run.run_id)) return { kind: 'same', text: say('verdict_here'), isExact: true };
  const fits = trips.every((trip) => run.layouts.some((layout) => SPACES.every((kind) => layout[kind] >= trip.takes[kind])));
  if (!fits) return no('space');
  const inShift = trips.every(
    (trip) => trip.promised_from === null || trip.promised_to === null
      || (ms(trip.promised_to) > ms(run.shift_from) && ms(trip.promised_from) < ms(run.shift_to)),
  );
  return inShift ? { kind: 'maybe', text: say('verdict_maybe') } : no('shift');
}

const no = (reason: string): Verdict => ({
  kind: 'no', text: say('verdict_no', { why: sayIfKnown(`reason_${reason}`, reason) }),
});

/** An offer and what the run does that the trip leaves: exact, unless that depends on where it goes. */
function ofOffer({ terms, slack_s, ...offer }: Offer, { run_id, leaving }: Options): Verdict {
  const start = ms(day.get().board!.day_start_at);
  const ripple = [...offer.ripple, ...(leaving?.ripple ?? [])];
  const more = drivingMinutes((terms.drive ?? 0) + (leaving?.terms.drive ?? 0));
  return {
    kind: 'ok',
    text: `${say('verdict_offer', { more, slack: Math.floor(slack_s / 60) })}, ${rippleText(ripple)}`,
    at: { from: start + offer.pickup_s * 1000, to: start + offer.dropoff_s * 1000 },
    ripple,
    isExact: run_id === null || leaving !== null,
  };
}

/** What a run does more for a trip, and how much slack it leaves. */
export const offerText = ({ extra_drive_s, slack_s }: Offer): string =>
  say('verdict_detour', { more: signed(Math.round(extra_drive_s / 60)), slack: Math.floor(slack_s / 60) });

export function refusalText({ reason, short_by }: RunRefusal): string {
  const why = sayIfKnown(`reason_${reason}`, reason);
  if (!short_by || reason === 'space') return why;
  return say('by_minutes', { what: why, n: minutes(short_by) });
}

/** Why a run refuses is not all: it may be that a person can have it so all the same. */
export const ofOption = (option: RunOption, all: Options): Verdict =>
  option.offer ? ofOffer(option.offer, all)
    : { kind: 'no', text: say('verdict_no', { why: refusalText({ ...option, reason: option.reason ?? 'not_searched' }) }) };

export function rippleText(ripple: StopMove[]): string {
  const stops = ripple.filter((move) => move.trip_id !== null);
  if (stops.length === 0) return say('why_moves_none');
  const most = stops.reduce((far, move) => (Math.abs(by(move)) > Math.abs(far) ? by(move) : far), 0);
  const told = signed(minutes(most));
  return stops.length === 1 ? say('verdict_moves_one', { most: told }) : say('verdict_moves', { n: stops.length, most: told });
}

export const by = (move: StopMove): number => move.after_s - move.before_s;

/** By how much each trip of others would move; the stop that moves most counts. */
export function shiftsOf(ripple: StopMove[]): ReadonlyMap<number, number> {
  const shifts = new Map<number, number>();
  for (const move of ripple) {
    if (move.trip_id === null) continue;
    const known = shifts.get(move.trip_id) ?? 0;
    if (Math.abs(by(move)) > Math.abs(known)) shifts.set(move.trip_id, by(move));
  }
  return shifts;
}

/** The server's exact answer for one run; what an offer said of the place is kept. */
export function ofDone(done: HandDone, before: Verdict | undefined): Verdict {
  const kept = { isExact: true, ...(before?.at ? { at: before.at } : {}) };
  switch (done.outcome) {
    case 'breaks_rules':
      return { kind: 'ask', text: say('verdict_breaks', { rules: brokenRules(done).join(', ') }), ripple: done.ripple, ...kept };
    case 'not_possible':
      return { kind: 'no', text: say('verdict_no', { why: inTheWay(done) }), isExact: true };
    default: {
      const text = `${say('verdict_ok', { more: drivingMinutes(done.terms.drive ?? 0) })}, ${rippleText(done.ripple)}`;
      return { kind: 'ok', text, ripple: done.ripple, ...kept };
    }
  }
}

const TIMED = new Set(['time_window', 'ride_time', 'onboard_wait', 'shift', 'drive', 'arrival', 'linked_leg']);

/** The broken rules in words, the largest figure of each. */
export function brokenRules(done: Pick<HandDone, 'violations'>): string[] {
  return worst(done.violations, ({ rule }) => rule).map(ruleText);
}

/** What is broken for whom, in words: each trip with what it was promised, or the run as a whole. */
export function brokenPromises(done: Pick<HandDone, 'violations'>): string[] {
  const index = day.get().index as Index;
  return worst(done.violations, ({ rule, trip_id }) => `${trip_id} ${rule}`).map((violation) => {
    const trip = violation.trip_id === null ? undefined : index.trip.get(violation.trip_id);
    return trip ? say('broken_of_trip', { ref: trip.ref, promise: promise(trip), rule: ruleText(violation) }) : ruleText(violation);
  });
}

function worst(violations: Violation[], what: (violation: Violation) => string): Violation[] {
  const most = new Map<string, Violation>();
  for (const violation of violations) {
    const known = most.get(what(violation));
    if (!known || violation.by > known.by) most.set(what(violation), violation);
  }
  return [...most.values()];
}

function ruleText({ rule, by: amount }: Violation): string {
  const what = sayIfKnown(`rule_${rule}`, rule);
  return TIMED.has(rule) && amount > 0 ? say('by_minutes', { what, n: minutes(amount) }) : what;
}

export function inTheWay(done: HandDone): string {
  const index = day.get().index as Index;
  const said = done.trips.slice(0, 2).map(
    ({ trip_id, outcome }) => `${say('trip', { ref: index.trip.get(trip_id)?.ref ?? trip_id })} ${sayIfKnown(`outcome_${outcome}`, outcome)}`,
  );
  return said.join('; ') || done.why;
}
