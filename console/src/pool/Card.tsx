import { memo } from 'react';
import { Button } from 'react-aria-components';

import type { TripCard } from '../api/records';
import { SpaceIcon } from '../look/Icon';
import { beginDrag } from '../move/drag';
import { doing } from '../move/change';
import { takeUp } from '../move/moving';
import { expectSoon } from '../move/options';
import { HeldMark, useHolder } from '../presence/Held';
import { day } from '../store/day';
import { placeName } from '../store/index';
import { useStore } from '../store/store';
import { isLeftOver, need } from '../store/trips';
import { choose, pick, view } from '../store/view';
import { handOf } from '../timeline/events';
import { promise, say, takes } from '../words/board';
import { assignBest } from './best';
import { acceptRequest, callReady } from './ready';
import { reasons, reasonText } from './reasons';
import { cancelReturn, keepReturn } from './returns';

/** One trip of the pool: drag it, or press Assign; why it is here stands on it. `doubted`: its rider was not there on the way out. */
export const Card = memo(function Card({ trip, doubted = false }: { trip: TripCard; doubted?: boolean }) {
  const place = useStore(day, (value) => value.index!.place);
  const left = useStore(reasons, (value) => value.of.get(trip.trip_id));
  const picked = useStore(view, (value) => value.picked.has(trip.trip_id));
  const pending = useStore(doing, (value) => value.pending.has(trip.trip_id));
  const holder = useHolder(trip.trip_id);
  const movable = isLeftOver(trip);
  return (
    <li className="card" data-trip={trip.trip_id} data-picked={picked || undefined} data-pending={pending || undefined}>
      <button
        type="button" className="open-trip" aria-pressed={picked} onClick={(event) => (event.ctrlKey || event.shiftKey ? pick : choose)(trip.trip_id)}
        onPointerDown={(event) => movable && event.button === 0 && beginDrag(event, handOf(trip.trip_id))}
        onPointerEnter={(event) => movable && event.buttons === 0 && expectSoon(trip.trip_id)} onPointerLeave={() => expectSoon(null)}
        onKeyDown={(event) => movable && press(event, trip.trip_id)}
      >
        <span className="promise"><SpaceIcon kind={need(trip)} />{promise(trip)}</span>
        <span className="way">{placeName({ place }, trip.origin_id)} → {placeName({ place }, trip.destination_id)}</span>
        <span className="unseen">{takes(trip.takes)}</span>
        {holder && <HeldMark by={holder} />}
        {doubted && <span className="reason still-wanted">{say('outbound_absent')}</span>}
        {left && movable && !doubted && <span className="reason">{reasonText(left)}</span>}
      </button>
      {doubted ? <Doubt trip={trip} /> : <Actions trip={trip} />}
    </li>
  );
});

function Doubt({ trip }: { trip: TripCard }) {
  return (
    <div className="card-actions">
      <Button onPress={() => void keepReturn(trip)}>{say('keep_return')}</Button>
      <Button className="risky" onPress={() => void cancelReturn(trip)}>{say('cancel_return')}</Button>
    </div>
  );
}

function Actions({ trip }: { trip: TripCard }) {
  if (trip.status === 'will_call') {
    return <div className="card-actions"><Button onPress={() => void callReady(trip)}>{say('ready')}</Button></div>;
  }
  if (trip.status === 'requested') {
    return <div className="card-actions"><Button onPress={() => void acceptRequest(trip)}>{say('accept_request')}</Button></div>;
  }
  return (
    <div className="card-actions">
      <Button onPress={() => void assignBest(trip.trip_id)}>{say('assign')}</Button>
      <Button className="quiet" onPress={() => choose(trip.trip_id)}>{say('why')}</Button>
    </div>
  );
}

function press(event: React.KeyboardEvent, tripId: number): void {
  if (event.key.toLowerCase() !== 'm' || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  event.stopPropagation();
  takeUp(handOf(tripId), 'keys');
}
