import { useState } from 'react';
import { Button, Dialog, Heading, Input, Label, Modal, ModalOverlay, TextField } from 'react-aria-components';

import { openFor } from '../booking/draft';
import { SpaceIcon } from '../look/Icon';
import { useStore } from '../store/store';
import { kindOf } from '../store/trips';
import { clock, say, shortDay, takes } from '../words/board';
import { decline, enquiries, type Enquiry } from './enquiries';
import './enquiry.css';

/** What institutions ask for in words: a group of its own in the pool, of whatever day. */
export function Enquiries() {
  const { open, declining } = useStore(enquiries, (value) => value);
  return (
    <>
      {open.length > 0 && (
        <section className="pool-group enquiries" aria-labelledby="pool-enquiries">
          <h2 id="pool-enquiries">{say('enquiries')} <span className="count">{open.length}</span></h2>
          <ul>{open.map((enquiry) => <Card key={enquiry.enquiry_id} enquiry={enquiry} />)}</ul>
        </section>
      )}
      <ModalOverlay className="overlay" isOpen={declining !== null} isDismissable onOpenChange={() => enquiries.change({ declining: null })}>
        <Modal className="modal"><Dialog role="alertdialog">{declining && <Declining enquiry={declining} />}</Dialog></Modal>
      </ModalOverlay>
    </>
  );
}

function Card({ enquiry }: { enquiry: Enquiry }) {
  const { institution, rider, origin, destination, note } = enquiry;
  const of = say('enquiry_of', { institution, rider });
  return (
    <li className="card enquiry" data-enquiry={enquiry.enquiry_id}>
      <div className="enquiry-words">
        <b>{of}</b>
        <span className="promise"><SpaceIcon kind={kindOf(enquiry.takes)} />{shortDay(enquiry.service_on)}, {when(enquiry)}</span>
        <span>{origin} → {destination}</span>
        <span className="unseen">{takes(enquiry.takes)}</span>
        {note && <span className="enquiry-note">{note}</span>}
      </div>
      <div className="card-actions">
        <Button aria-label={`${say('enquiry_book')}: ${of}`} onPress={() => void openFor(enquiry)}>{say('enquiry_book')}</Button>
        <Button className="quiet" aria-label={`${say('enquiry_decline')}: ${of}`} onPress={() => enquiries.change({ declining: enquiry })}>{say('enquiry_decline')}</Button>
      </div>
    </li>
  );
}

function when({ anchor, requested_at, returns, return_at }: Enquiry): string {
  const out = say(anchor === 'arrive_by' ? 'enquiry_there' : 'enquiry_fetched', { time: clock(requested_at) });
  if (!returns) return out;
  return `${out}, ${return_at ? say('enquiry_back_at', { time: clock(return_at) }) : say('enquiry_back')}`;
}

function Declining({ enquiry }: { enquiry: Enquiry }) {
  const [reason, setReason] = useState('');
  const done = () => reason.trim() !== '' && void decline(enquiry, reason.trim());
  return (
    <>
      <Heading slot="title">{say('enquiry_decline_title')}</Heading>
      <p>{say('enquiry_of', enquiry)}</p>
      <TextField className="reason" value={reason} onChange={setReason} maxLength={200} isRequired autoFocus>
        <Label>{say('enquiry_reason', { institution: enquiry.institution })}</Label>
        <Input onKeyDown={(event) => event.key === 'Enter' && done()} />
      </TextField>
      <div className="actions">
        <Button slot="close">{say('cancel')}</Button>
        <Button className="risky" isDisabled={reason.trim() === ''} onPress={done}>{say('enquiry_decline')}</Button>
      </div>
    </>
  );
}
