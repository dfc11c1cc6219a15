import { Button } from 'react-aria-components';

import type { TripCard } from '../api/records';
import { useMinute } from '../timeline/minute';
import { Icon } from '../look/Icon';
import { setLock, swap, takeOff } from '../move/change';
import { takeUp } from '../move/moving';
import { aboardWith, split } from '../move/split';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { isMovable, lateMs, standingOf } from '../store/trips';
import { choose, view } from '../store/view';
import { say } from '../words/board';
import { Facts } from './Facts';
import { History } from './History';
import { Why } from './Why';

/** The trip in hand: what it is, what can be done, and why it is where it is. */
export function Inspector() {
  const trip = useStore(view, (value) => value.trip);
  const picked = useStore(view, (value) => value.picked.size);
  const card = useStore(day, (value) => (trip === null ? undefined : value.index?.trip.get(trip)));
  return (
    <aside id="inspector" className="inspector" aria-label={say('inspector')} data-open={card ? true : undefined}>
      {card ? <Trip card={card} picked={picked} /> : <p className="none">{say('nothing_in_hand')}</p>}
    </aside>
  );
}

function Trip({ card, picked }: { card: TripCard; picked: number }) {
  const now = useMinute();
  const standing = standingOf(card, now);
  return (
    <>
      <header className="inspector-head">
        <h2>{say('trip', { ref: card.ref })}</h2>
        <span className="status" data-standing={standing}>{say(`status_${card.status}`)}</span>
        <Button className="icon-button" aria-label={say('close')} onPress={() => choose(null)}><Icon name="no" /></Button>
      </header>
      {picked > 1 && <p className="picked">{say('picked_n', { n: picked })}</p>}
      {standing === 'late' && <p className="note late"><Icon name="risk" />{say('late_note', { n: Math.ceil(lateMs(card, now) / 60_000) })}</p>}
      {standing === 'risk' && <p className="note risk"><Icon name="risk" />{say('risk_note')}</p>}
      <Actions card={card} />
      <Facts card={card} />
      <History card={card} />
      {isMovable(card) && <Why key={card.trip_id} card={card} />}
    </>
  );
}

/** What can be done with the trips that are picked; each has a key, named beside its word. */
function Actions({ card }: { card: TripCard }) {
  const ids = [...useStore(view, (value) => value.picked)];
  const placed = card.run_id !== null;
  const locked = card.lock !== 'none';
  if (!isMovable(card)) return null;
  return (
    <div className="actions">
      <Button onPress={() => takeUp(ids, 'keys')}>{say('move')} <kbd>M</kbd></Button>
      {ids.length === 1 && aboardWith(card).length > 0 && <Button onPress={() => split(card)}>{say('split')} <kbd>S</kbd></Button>}
      {placed && <Button onPress={() => void setLock(ids, locked ? 'none' : 'driver')}>{say(locked ? 'unlock_it' : 'lock_it')} <kbd>L</kbd></Button>}
      {placed && <Button onPress={() => void takeOff(ids)}>{say('take_off')} <kbd>U</kbd></Button>}
      {ids.length === 2 && <Button onPress={() => void swap([ids[0]!, ids[1]!])}>{say('swap')} <kbd>X</kbd></Button>}
    </div>
  );
}
