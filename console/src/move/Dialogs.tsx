import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import type { TripOutcome } from '../api/records';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { clock, say, sayIfKnown } from '../words/board';
import { doing, forceBroken } from './change';
import { brokenRules } from './verdict';

/** What a person must decide or learn about a change: rules that it breaks, or that somebody was faster. */
export function Dialogs() {
  const { broken, conflict } = useStore(doing, (value) => value);
  return (
    <>
      <ModalOverlay className="overlay" isOpen={broken !== null} isDismissable onOpenChange={() => doing.change({ broken: null })}>
        <Modal className="modal"><Broken /></Modal>
      </ModalOverlay>
      <ModalOverlay className="overlay" isOpen={conflict !== null} isDismissable onOpenChange={() => doing.change({ conflict: null })}>
        <Modal className="modal"><Conflict /></Modal>
      </ModalOverlay>
    </>
  );
}

function Broken() {
  const broken = useStore(doing, (value) => value.broken);
  if (!broken) return null;
  const { what, done } = broken;
  const driver = what.kind === 'moved' ? day.get().index!.run.get(what.runId)?.driver : undefined;
  return (
    <Dialog role="alertdialog">
      <Heading slot="title">{say('broken_title')}</Heading>
      {driver && <p>{say('broken_lead', { driver })}</p>}
      <ul>{brokenRules(done).map((rule) => <li key={rule}>{rule}</li>)}</ul>
      <div className="actions">
        <Button slot="close" autoFocus>{say('cancel')}</Button>
        <Button className="risky" onPress={() => void forceBroken()}>{say('all_the_same')}</Button>
      </div>
    </Dialog>
  );
}

function Conflict() {
  const conflict = useStore(doing, (value) => value.conflict);
  if (!conflict) return null;
  return (
    <Dialog role="alertdialog">
      <Heading slot="title">{say('conflict_title')}</Heading>
      <p>{say('conflict_lead')}</p>
      <ul>
        {conflict.trips.map((trip) => <li key={trip.trip_id}><Stands trip={trip} /></li>)}
        {conflict.trips.length === 0 && <li>{conflict.why}</li>}
      </ul>
      <div className="actions"><Button slot="close" className="primary" autoFocus>{say('understood')}</Button></div>
    </Dialog>
  );
}

/** How a trip stands now that stood otherwise on the board somebody decided on. */
function Stands({ trip }: { trip: TripOutcome }) {
  const index = day.get().index!;
  const card = index.trip.get(trip.trip_id);
  const run = card?.run_id ? index.run.get(card.run_id) : undefined;
  const where = run && card?.times ? `${run.driver}, ${clock(card.times.pickup_at)}` : say('not_placed');
  const now = card && say('conflict_stands', { ref: card.ref, status: say(`status_${card.status}`), where });
  return <>{sayIfKnown(`outcome_${trip.outcome}`, trip.outcome)}{now && <><br />{now}</>}</>;
}
