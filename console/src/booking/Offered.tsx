import { Icon } from '../look/Icon';
import { drivingMinutes } from '../move/verdict';
import { useStore } from '../store/store';
import { clock, number, say } from '../words/board';
import { minutes, signed } from '../words/clock';
import { booking, dayOf, legsOf, type Draft } from './draft';
import type { DraftTrip, TrueOffer } from './records';
import { chooseOffer, chosenOffer, driverOf } from './trial';
import { instantOf } from './typed';
import { day } from '../store/day';

/** The three best offers of each trip with what they truly cost; the chosen one is booked with it. */
export function Offered() {
  const { trial, asking, draft } = useStore(booking, (value) => value);
  if (trial === null) return <p className="none offers-none">{asking ? `${say('asking')}…` : say('offers_later')}</p>;
  return (
    <>
      {legsOf(draft).map((leg, n) => {
        const trip = trial[n];
        if (!trip || leg.time === null) return null;
        return <OfTrip key={leg.direction} trip={trip} n={n} draft={draft} back={leg.direction === 'return'} />;
      })}
    </>
  );
}

function OfTrip({ trip, n, draft, back }: { trip: DraftTrip; n: number; draft: Draft; back: boolean }) {
  const chosen = useStore(booking, () => chosenOffer(n)?.run_id ?? null);
  return (
    <fieldset className="offers">
      <legend>{say(back ? 'offers_back' : 'offers_out')}{n === 0 && <kbd>PgUp PgDn</kbd>}</legend>
      {trip.offers.map((offer) => (
        <label key={offer.run_id} className="offer">
          <input type="radio" name={`offer${n}`} checked={chosen === offer.run_id} onChange={() => chooseOffer(n, offer.run_id)} />
          <OneOffer offer={offer} on={dayOf(draft)!} />
        </label>
      ))}
      {trip.offers.length === 0 && <p className="none">{say('offers_none')}</p>}
      <label className="offer nobody">
        <input type="radio" name={`offer${n}`} checked={chosen === null} onChange={() => chooseOffer(n, null)} /><span>{say('offer_nobody')}</span>
      </label>
    </fieldset>
  );
}

function OneOffer({ offer, on }: { offer: TrueOffer; on: string }) {
  const start = Date.parse(instantOf(on, '00:00', day.get().board!.zone));
  const at = (second: number) => clock(start + second * 1000);
  return (
    <span className="offer-text">
      <span className="offer-who"><b>{driverOf(on, offer.run_id)}</b><span>{at(offer.pickup_s)}–{at(offer.dropoff_s)}</span></span>
      <span className="offer-cost">{say('offer_cost', { cost: drivingMinutes(offer.cost), min: signed(Math.round(offer.extra_drive_s / 60)), km: number(offer.extra_drive_m / 1000, 1) })}</span>
      <span className="offer-cost">{touched(offer)}</span>
    </span>
  );
}

/** Whom an offer touches, in words. */
function touched(offer: TrueOffer): string {
  const stops = offer.ripple.filter((move) => move.trip_id !== null);
  const trips = new Set(stops.map((move) => move.trip_id)).size;
  if (trips === 0) return say('touches_none');
  const most = stops.reduce((far, { after_s, before_s }) => (Math.abs(after_s - before_s) > Math.abs(far) ? after_s - before_s : far), 0);
  return say(trips === 1 ? 'touches_one' : 'touches', { n: trips, min: signed(minutes(most)) });
}

/** Other trips of the rider at about that time. */
export function Clashes() {
  const clashes = useStore(booking, (value) => value.trial?.flatMap((trip) => trip.clashes) ?? []);
  if (clashes.length === 0) return null;
  const known = new Map(clashes.map((clash) => [clash.trip_id, clash]));
  return (
    <div className="note risk clashes" role="status">
      <Icon name="risk" />
      <ul>{[...known.values()].map((clash) => (
        <li key={clash.trip_id}>{say('clash', { ref: clash.ref, from: clock(clash.promised_from), to: clock(clash.promised_to), origin: clash.origin, destination: clash.destination })}</li>
      ))}</ul>
    </div>
  );
}
