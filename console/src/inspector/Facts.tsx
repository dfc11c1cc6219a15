import { useEffect, useState, type ReactNode } from 'react';

import { ask } from '../api/ask';
import type { Rider, TripCard, TripView } from '../api/records';
import { Icon } from '../look/Icon';
import { aboardWith } from '../move/split';
import { day } from '../store/day';
import { placeName } from '../store/index';
import { useStore } from '../store/store';
import { promisedEndAt } from '../store/trips';
import { choose } from '../store/view';
import { promise, say, spanOf, takes, type Plain } from '../words/board';
import { minutesBetween, ms, signed } from '../words/clock';

interface Known { trip: TripView | null; rider: Rider | null }

/** The rest of a trip, that a board does not carry: who rides, and what they need. */
function useKnown(card: TripCard): Known {
  const [known, setKnown] = useState<Known>({ trip: null, rider: null });
  useEffect(() => {
    const asking = new AbortController();
    const read = async () => {
      const trip = await ask<TripView>(`/trips/${card.trip_id}`, { signal: asking.signal });
      const rider = await ask<Rider>(`/riders/${trip.rider_id}`, { signal: asking.signal }).catch(() => null);
      if (!asking.signal.aborted) setKnown({ trip, rider });
    };
    setKnown((was) => (was.trip?.trip_id === card.trip_id ? was : { trip: null, rider: null }));
    read().catch(() => undefined);
    return () => asking.abort();
  }, [card]);
  return known;
}

export function Facts({ card }: { card: TripCard }) {
  const index = useStore(day, (value) => value.index!);
  const { trip, rider } = useKnown(card);
  const together = aboardWith(card);
  const run = card.run_id === null ? undefined : index.run.get(card.run_id);
  return (
    <dl className="facts">
      {rider && <Fact name="rider"><b>{rider.name}</b>{rider.phone && <a href={`tel:${rider.phone}`}><Icon name="phone" />{rider.phone}</a>}</Fact>}
      <Fact name="from">{placeName(index, card.origin_id)}</Fact>
      <Fact name="to">{placeName(index, card.destination_id)}</Fact>
      <Fact name="promised">{promise(card)}</Fact>
      {card.times && <Scheduled card={card} />}
      <Fact name="run">{run ? `${run.driver} · ${run.vehicle}` : say('not_placed')}</Fact>
      {together.length > 0 && <Fact name="rides_with">{together.map((other) => <Together key={other.trip_id} card={other} />)}</Fact>}
      <Fact name="takes">{takes(card.takes)}</Fact>
      {trip && trip.needs.length > 0 && <Fact name="needs">{trip.needs.join(', ')}</Fact>}
      {trip && trip.companions > 0 && <Fact name="companions">{trip.companions}</Fact>}
      {trip?.no_share && <Fact name="rides_alone"><Icon name="done" /></Fact>}
      {card.lock !== 'none' && <Fact name="lock"><Icon name="lock" />{say(`lock_${card.lock}`)}</Fact>}
    </dl>
  );
}

function Together({ card }: { card: TripCard }) {
  return <button type="button" className="link together" onClick={() => choose(card.trip_id)}>{card.ref}</button>;
}

function Fact({ name, children }: { name: Plain; children: ReactNode }) {
  return <><dt>{say(name)}</dt><dd>{children}</dd></>;
}

function Scheduled({ card }: { card: TripCard }) {
  const times = card.times!;
  const planned = promisedEndAt(card);
  const estimates = useStore(day, (value) => (card.run_id === null ? undefined : value.estimates.get(card.run_id)));
  const told = (from: string, to: string, end: 'pickups' | 'dropoffs') => {
    const time = spanOf(from, to);
    return estimates?.[end].includes(card.ref) ? say('estimated_time', { time }) : time;
  };
  return (
    <>
      <Fact name="pickup">{told(times.pickup_at, times.pickup_until, 'pickups')}</Fact>
      <Fact name="dropoff">{told(times.dropoff_at, times.dropoff_until, 'dropoffs')}</Fact>
      <Fact name="ride">{say('minutes', { n: minutesBetween(times.pickup_until, times.dropoff_at) })}</Fact>
      {card.promised_to && planned !== null && (
        <Fact name="slack">{say('minutes', { n: signed(Math.round((ms(card.promised_to) - planned) / 60_000)) })}</Fact>
      )}
    </>
  );
}
