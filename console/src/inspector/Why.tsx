import { useEffect, useState } from 'react';
import { Button } from 'react-aria-components';

import type { Offer, RunOption, TripCard } from '../api/records';
import { assign } from '../move/moving';
import { isAsked, optionsOf } from '../move/options';
import { offerText, refusalText, rippleText } from '../move/verdict';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { clock, say } from '../words/board';
import { ms } from '../words/clock';

/** All runs for one trip: those that can take it, ranked, and why each of the others cannot. */
export function Why({ card }: { card: TripCard }) {
  const options = useOptions(card);
  const offers = options?.flatMap((option) => (option.offer ? [option.offer] : []));
  const refused = options?.filter((option) => !option.offer) ?? [];
  return (
    <section className="why" aria-labelledby="why-title">
      <h3 id="why-title">{say('why_ranked')}</h3>
      {options === null && <p className="none">{say('asking')}…</p>}
      {offers?.length === 0 && <p className="none">{say('why_none')}</p>}
      <ol>{offers?.map((offer) => <Ranked key={offer.run_id} offer={offer} card={card} />)}</ol>
      {refused.length > 0 && (
        <details className="refused">
          <summary>{say('why_cannot', { n: refused.length })}</summary>
          <ul>{refused.map((option) => <Cannot key={option.run_id} option={option} />)}</ul>
        </details>
      )}
    </section>
  );
}

const SETTLED_AFTER_MS = 60;

function useOptions(card: TripCard): RunOption[] | null {
  const version = useStore(day, (value) => value.board!.version);
  const [options, setOptions] = useState<RunOption[] | null>(null);
  useEffect(() => {
    const asking = new AbortController();
    // Several events follow each other; only the last board is asked about.
    const soon = setTimeout(() => {
      optionsOf(card.trip_id, asking.signal)
        .then((found) => asking.signal.aborted || setOptions(found.options))
        .catch(() => undefined);
    }, isAsked(card.trip_id) ? 0 : SETTLED_AFTER_MS);
    return () => {
      clearTimeout(soon);
      asking.abort();
    };
  }, [card, version]);
  return options;
}

const driverOf = (runId: number) => day.get().index?.run.get(runId)?.driver ?? '';

function Ranked({ offer, card }: { offer: Offer; card: TripCard }) {
  const start = useStore(day, (value) => value.board!.day_start_at);
  const driver = driverOf(offer.run_id);
  return (
    <li className="ranked">
      <span className="who"><b>{driver}</b> <span className="at">{clock(ms(start) + offer.pickup_s * 1000)}</span></span>
      <span className="costs">{offerText(offer)}, {rippleText(offer.ripple)}</span>
      {offer.run_id === card.run_id ? <span className="here">{say('why_current')}</span>
        : <Button aria-label={`${say('assign')}: ${driver}`} onPress={() => void assign([card.trip_id], offer.run_id)}>{say('assign')}</Button>}
    </li>
  );
}

function Cannot({ option }: { option: RunOption }) {
  return <li><b>{driverOf(option.run_id)}</b> {refusalText({ ...option, reason: option.reason ?? 'not_searched' })}</li>;
}
