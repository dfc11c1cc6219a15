import { memo, type CSSProperties } from 'react';

import type { TripCard } from '../api/records';
import { Icon, SpaceIcon } from '../look/Icon';
import { filters, passes } from '../filters/filters';
import { HeldMark } from '../presence/Held';
import type { Index } from '../store/index';
import { placeName } from '../store/index';
import { useStore } from '../store/store';
import { hasEnded, lateMs, need, promisedEndAt, standingOf } from '../store/trips';
import { clock, say, spanOf, takes } from '../words/board';
import { minutes, minutesBetween, ms, signed } from '../words/clock';
import { percent, share, widthOf, type Axis } from './axis';

const WORDS_FROM_PX = 60;
const ALL_MARKS_FROM_PX = 54;
const BOTH_PLACES_FROM_PX = 170;

interface Props {
  trip: TripCard;
  places: Index['place'];
  axis: Axis;
  hourPx: number;
  lane: number;
  laneHeight: number;
  now: number;
  tabStop: boolean;
  picked: boolean;
  changed: boolean;
  /** What a move in hand would do to this trip, in seconds. */
  shift: number | undefined;
  pending: boolean;
  /** Who has it in hand at another board. */
  holder: string | undefined;
}

/** One trip: pick-up, on board, drop-off; how it stands by edge, pattern, icon and word. */
export const Bar = memo(function Bar(props: Props) {
  const { trip, axis, hourPx, lane, laneHeight, now, tabStop, picked } = props;
  const times = trip.times!;
  const standing = standingOf(trip, now);
  const dim = useStore(filters, (value) => !passes(trip, value));
  const style = {
    left: percent(axis, times.pickup_at),
    width: widthOf(axis, times.pickup_at, times.dropoff_until),
    top: `${3 + lane * laneHeight}px`,
    '--aboard': percentOfTrip(trip, times.pickup_until),
    '--leaves': percentOfTrip(trip, times.dropoff_at),
  } as CSSProperties;
  const px = (minutesBetween(times.pickup_at, times.dropoff_until) / 60) * hourPx;
  return (
    <div
      className="bar" role="gridcell" tabIndex={tabStop ? 0 : -1} style={style} aria-label={labelOf(props)}
      aria-selected={picked} data-trip={trip.trip_id} data-standing={standing} data-status={trip.status}
      data-lock={trip.lock} data-changed={props.changed || undefined} data-pending={props.pending || undefined}
      data-dim={dim || undefined} data-held={props.holder && true} title={props.holder && say('held_by', { name: props.holder })}
    >
      {props.holder && <HeldMark by={props.holder} />}
      <Marks trip={trip} standing={standing} now={now} shift={props.shift} few={px < ALL_MARKS_FROM_PX} />
      {px >= WORDS_FROM_PX && <Where {...props} both={px >= BOTH_PLACES_FROM_PX} />}
    </div>
  );
});

function Where({ trip, places: place, both }: Props & { both: boolean }) {
  return (
    <span className="where">
      {both && <span className="from">{placeName({ place }, trip.origin_id)} → </span>}
      {placeName({ place }, trip.destination_id)}
    </span>
  );
}

interface Marked { trip: TripCard; standing: string; now: number; shift: number | undefined; few: boolean }

/** What must be seen at a glance, and not by colour alone; where there is room for one sign, the most urgent. */
function Marks({ trip, standing, now, shift, few }: Marked) {
  const signs = [
    shift !== undefined && <b key="shift" className="shift-by">{signed(minutes(shift))}</b>,
    standing === 'late' && <b key="late" className="late">{lateText(trip, now)}</b>,
    standing === 'risk' && <Icon key="risk" name="risk" />,
    trip.lock !== 'none' && <Icon key="lock" name="lock" />,
    standing === 'done' && <Icon key="done" name="done" />,
    <SpaceIcon key="space" kind={need(trip)} />,
  ].filter(Boolean);
  return few ? signs[0] : signs.reverse();
}

/** Minutes late; hours where minutes would not fit. */
function lateText(trip: TripCard, now: number): string {
  const late = Math.ceil(lateMs(trip, now) / 60_000);
  return late < 100 ? `+${late}` : `+${Math.floor(late / 60)} h`;
}

/** The slack to the promise as a thin line, or how far the plan lies beyond it. */
export function Slack({ trip, axis, lane, laneHeight, now }: Pick<Props, 'trip' | 'axis' | 'lane' | 'laneHeight' | 'now'>) {
  const planned = promisedEndAt(trip);
  if (planned === null || trip.promised_to === null || hasEnded(trip)) return null;
  const promised = ms(trip.promised_to);
  if (promised === planned || (promised > planned && promised < now)) return null;
  const [from, to] = promised > planned ? [planned, promised] : [promised, planned];
  const style = { left: percent(axis, from), width: widthOf(axis, from, to), top: `${lane * laneHeight + laneHeight - 1}px` };
  return <div className={promised > planned ? 'slack' : 'slack over'} style={style} aria-hidden="true" />;
}

function percentOfTrip(trip: TripCard, at: string): string {
  const times = trip.times!;
  const whole: Axis = { from: ms(times.pickup_at), to: ms(times.dropoff_until) || 1, hours: 0 };
  return `${(share(whole, at) * 100).toFixed(1)}%`;
}

function labelOf({ trip, places: place, now, holder, shift }: Props): string {
  const standing = standingOf(trip, now);
  const words = [
    spanOf(trip.times!.pickup_at, trip.times!.dropoff_at),
    say('bar_way', { origin: placeName({ place }, trip.origin_id), destination: placeName({ place }, trip.destination_id) }),
    takes(trip.takes),
    say(`status_${trip.status}`),
  ];
  if (standing === 'late') words.push(say('late_by', { n: Math.ceil(lateMs(trip, now) / 60_000) }));
  if (standing === 'risk') words.push(say('at_risk'));
  if (shift !== undefined) words.push(say('map_shift', { by: signed(minutes(shift)) }));
  if (holder) words.push(say('held_by', { name: holder }));
  if (trip.lock !== 'none') words.push(say(`lock_${trip.lock}`));
  if (trip.promised_to) words.push(say('promised_until', { time: clock(trip.promised_to) }));
  return words.join(', ');
}
