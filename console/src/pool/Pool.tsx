import { useEffect, useMemo } from 'react';

import type { TripCard } from '../api/records';
import { Enquiries } from '../enquiry/Enquiries';
import { day } from '../store/day';
import { filters, passes } from '../filters/filters';
import { useStore } from '../store/store';
import { byTime, isLeftOver, isRequested, isWillCall } from '../store/trips';
import { view } from '../store/view';
import { say, type Plain } from '../words/board';
import { Card } from './Card';
import { absentOn, isDoubted, readReturns, returns } from './returns';

/** The trips that want a person: asked for in words, in doubt after a no-show, left over, waiting for a call, waiting to be accepted. */
export function Pool() {
  const all = useStore(day, (value) => value.board!.trips);
  const more = useStore(filters, (value) => value);
  const trips = useMemo(() => all.filter((trip) => passes(trip, more)), [all, more]);
  const filter = useStore(view, (value) => value.filter);
  const absent = useMemo(() => absentOn(all), [all]);
  useEffect(() => {
    if (absent) readReturns().catch(() => undefined);
  }, [absent]);
  const doubt = useStore(returns, (value) => value);
  const groups = useMemo(() => {
    const sure = trips.filter((trip) => !isDoubted(trip, doubt));
    return {
      doubted: trips.filter((trip) => isDoubted(trip, doubt)).sort(byTime),
      left_over: sure.filter(isLeftOver).sort(byTime),
      will_calls: sure.filter(isWillCall).sort(byTime),
      requested: sure.filter(isRequested).sort(byTime),
    };
  }, [trips, doubt]);
  const shown = (name: keyof typeof groups) => filter === null || filter === name || !(filter in groups);
  return (
    <section id="pool" className="pool" aria-label={say('pool')}>
      <Enquiries />
      {groups.doubted.length > 0 && <Group title="returns_doubted" none="returns_doubted_none" trips={groups.doubted} doubted />}
      {shown('left_over') && <Group title="left_over" none="left_over_none" trips={groups.left_over} />}
      {shown('will_calls') && groups.will_calls.length > 0 && <Group title="will_calls" none="will_calls_none" trips={groups.will_calls} />}
      {shown('requested') && groups.requested.length > 0 && <Group title="waiting_list" none="waiting_list_none" trips={groups.requested} />}
    </section>
  );
}

function Group({ title, none, trips, doubted = false }: { title: Plain; none: Plain; trips: TripCard[]; doubted?: boolean }) {
  return (
    <section className="pool-group" aria-labelledby={`pool-${title}`}>
      <h2 id={`pool-${title}`}>{say(title)} <span className="count">{trips.length}</span></h2>
      {trips.length === 0 && <p className="none">{say(none)}</p>}
      <ul>{trips.map((trip) => <Card key={trip.trip_id} trip={trip} doubted={doubted} />)}</ul>
    </section>
  );
}
