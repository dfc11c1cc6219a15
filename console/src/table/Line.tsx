import type { TripCard } from '../api/records';
import { Icon } from '../look/Icon';
import { placeName, type Index } from '../store/index';
import { moments, holderOf } from '../store/moments';
import { useStore } from '../store/store';
import { lateMs, standingOf } from '../store/trips';
import { view } from '../store/view';
import { promise, say, spanOf, takes } from '../words/board';

interface Props { row: number; trip: TripCard; index: Index; now: number; chosen: boolean; stop: boolean }

/** One trip as a row: its name is the button that takes it in hand. */
export function Line({ row, trip, index, now, chosen, stop }: Props) {
  const picked = useStore(view, (value) => value.picked.has(trip.trip_id));
  const { times } = trip;
  return (
    <tr aria-rowindex={row} data-standing={standingOf(trip, now)} data-chosen={chosen || undefined} data-picked={picked || undefined}>
      <th scope="row"><button type="button" className="link" data-trip={trip.trip_id} tabIndex={stop ? 0 : -1} aria-pressed={picked}>{trip.ref}</button></th>
      <td>{times && spanOf(times.pickup_at, times.pickup_until)}</td>
      <td>{times && spanOf(times.dropoff_at, times.dropoff_until)}</td>
      <td>{placeName(index, trip.origin_id)}</td>
      <td>{placeName(index, trip.destination_id)}</td>
      <td>{takes(trip.takes)}</td>
      <td>{promise(trip)}</td>
      <td><State trip={trip} now={now} /></td>
    </tr>
  );
}

function State({ trip, now }: { trip: TripCard; now: number }) {
  const holder = useStore(moments, (value) => holderOf(value.holds, trip.trip_id));
  const standing = standingOf(trip, now);
  const words = [
    say(`status_${trip.status}`),
    standing === 'late' && say('late_by', { n: Math.ceil(lateMs(trip, now) / 60_000) }),
    standing === 'risk' && say('at_risk'),
    trip.lock !== 'none' && say(`lock_${trip.lock}`),
    holder && say('held_by', { name: holder }),
  ];
  return <>{(standing === 'late' || standing === 'risk') && <Icon name="risk" />}{trip.lock !== 'none' && <Icon name="lock" />} {words.filter(Boolean).join(', ')}</>;
}
