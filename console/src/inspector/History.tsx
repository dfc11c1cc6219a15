import { useEffect } from 'react';
import { Button } from 'react-aria-components';

import { ask } from '../api/ask';
import type { TripCard, TripDeed } from '../api/records';
import { day } from '../store/day';
import { makeStore, useStore } from '../store/store';
import { clock, moment, say } from '../words/board';

interface Told { open: boolean; tripId: number | null; deeds: TripDeed[] | null }

/** Whether the history is open: it stays so from trip to trip. */
const history = makeStore<Told>({ open: false, tripId: null, deeds: null });

export const toggleHistory = (): void => history.change({ open: !history.get().open });

/** What happened to the trip in hand, the newest first; it is asked for while somebody looks. */
export function History({ card }: { card: TripCard }) {
  const { open, tripId, deeds } = useStore(history, (value) => value);
  useEffect(() => (open ? read(card.trip_id) : undefined), [card, open]);
  const shown = tripId === card.trip_id ? deeds : null;
  return (
    <section className="history" aria-labelledby="history-title">
      <h3 id="history-title">
        <Button className="unfold" aria-expanded={open} onPress={toggleHistory}>{say('history')} <kbd>H</kbd></Button>
      </h3>
      {open && shown === null && <p className="none">{say('asking')}…</p>}
      {open && shown?.length === 0 && <p className="none">{say('history_none')}</p>}
      {open && shown && <ol>{shown.map((deed, n) => <Deed key={n} deed={deed} />)}</ol>}
    </section>
  );
}

function read(tripId: number): () => void {
  const asking = new AbortController();
  ask<{ deeds: TripDeed[] }>(`/trips/${tripId}/history`, { signal: asking.signal })
    .then(({ deeds }) => history.change({ tripId, deeds }))
    .catch(() => undefined);
  return () => asking.abort();
}

function Deed({ deed }: { deed: TripDeed }) {
  const by = [deed.undone && say('deed_undone'), deed.plan_id !== null && say('deed_plan', { n: deed.plan_id }), whoOf(deed)];
  return (
    <li>
      <time dateTime={deed.at}>{moment(deed.at)}</time>
      <span>{deedText(deed)}</span>
      <small>{by.filter(Boolean).join(' · ')}</small>
      {deed.why && <q>{deed.why}</q>}
    </li>
  );
}

const driverOf = (runId: number | null): string => day.get().index?.run.get(runId ?? 0)?.driver ?? '';

function deedText(deed: TripDeed): string {
  const [driver, before] = [driverOf(deed.run_id), driverOf(deed.was_run_id)];
  switch (deed.did) {
    case 'booked': return say('status_booked');
    case 'moved_on': return say(`status_${deed.status ?? 'booked'}`);
    case 'taken_off': return say('deed_taken_off', { before });
    case 'retimed': return say('deed_retimed', { driver, before: clock(deed.was_pickup_at) });
    case 'assigned': return before ? say('deed_moved', { before, driver }) : say('deed_assigned', { driver });
  }
}

/** A person or a program by its name; a worker acts for everybody. */
function whoOf({ by, actor }: TripDeed): string {
  if (by) return by;
  return /^(worker|solve:)/.test(actor) ? say('deed_worker') : actor;
}
