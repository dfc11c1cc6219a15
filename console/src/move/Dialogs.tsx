import { useState } from 'react';
import { Button, Dialog, Heading, Input, Label, Modal, ModalOverlay, Text, TextField } from 'react-aria-components';

import type { TripOutcome } from '../api/records';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { clock, say, sayIfKnown } from '../words/board';
import { doing, forceBroken } from './change';
import { brokenPromises } from './verdict';

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

const MOST_SHOWN = 8;
const SHORTEST_REASON = 3;

/** Which promises a change breaks; it is made all the same only for a reason that somebody types. */
function Broken() {
  const broken = useStore(doing, (value) => value.broken);
  const [why, setWhy] = useState('');
  if (!broken) return null;
  const { what, done } = broken;
  const driver = what.kind === 'moved' ? day.get().index!.run.get(what.runId)?.driver : undefined;
  const lines = brokenPromises(done);
  const hasReason = why.trim().length >= SHORTEST_REASON;
  const force = () => void forceBroken(why.trim());
  return (
    <Dialog role="alertdialog">
      <Heading slot="title">{say('broken_title')}</Heading>
      {driver && <p>{say('broken_lead', { driver })}</p>}
      <ul>
        {lines.slice(0, MOST_SHOWN).map((line) => <li key={line}>{line}</li>)}
        {lines.length > MOST_SHOWN && <li>{say('and_more', { n: lines.length - MOST_SHOWN })}</li>}
      </ul>
      <TextField className="reason" value={why} onChange={setWhy} maxLength={200} isRequired autoFocus>
        <Label>{say('reason')}</Label>
        <Input onKeyDown={(event) => { if (event.key === 'Enter' && hasReason) force(); }} />
        <Text slot="description">{say('reason_note')}</Text>
      </TextField>
      <div className="actions">
        <Button slot="close">{say('cancel')}</Button>
        <Button className="risky" isDisabled={!hasReason} onPress={force}>{say('all_the_same')}</Button>
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
