import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';

import { ask } from '../api/ask';
import type { Offer, Offers, TripCard } from '../api/records';
import { assign } from '../move/moving';
import { drivingMinutes, rippleText } from '../move/verdict';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { clock, say } from '../words/board';
import { ms } from '../words/clock';

const MOST = 8;

/** The runs that can take a trip, ranked: what each costs and whom it moves. */
export function Why({ card }: { card: TripCard }) {
  const version = useStore(day, (value) => value.board!.version);
  const [offers, setOffers] = useState<Offer[] | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    ask<Offers>(`/trips/${card.trip_id}/offers?k=${MOST}`, { signal: asking.signal })
      .then((found) => setOffers(found.offers))
      .catch(() => undefined);
    return () => asking.abort();
  }, [card, version]);
  return (
    <section className="why" aria-labelledby="why-title">
      <h3 id="why-title">{say('why_ranked')}</h3>
      {offers === null && <p className="none">{say('asking')}…</p>}
      {offers?.length === 0 && <p className="none">{say('why_none')}</p>}
      <ol>{offers?.map((offer) => <Ranked key={offer.run_id} offer={offer} card={card} />)}</ol>
    </section>
  );
}

function Ranked({ offer, card }: { offer: Offer; card: TripCard }) {
  const board = useStore(day, (value) => value.board!);
  const driver = useStore(day, (value) => value.index!.run.get(offer.run_id)?.driver ?? '');
  const here = offer.run_id === card.run_id;
  const pickup = clock(ms(board.day_start_at) + offer.pickup_s * 1000);
  return (
    <li className="ranked">
      <span className="who"><b>{driver}</b> {pickup}</span>
      <span className="costs">{say('why_more', { n: drivingMinutes(offer.cost) })}, {rippleText(offer.ripple)}</span>
      {here ? <span className="here">{say('why_current')}</span>
        : <Button aria-label={`${say('assign')}: ${driver}`} onPress={() => void assign([card.trip_id], offer.run_id)}>{say('assign')}</Button>}
    </li>
  );
}
