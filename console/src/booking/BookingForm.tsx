import { useEffect, type FormEvent, type KeyboardEvent } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import { Icon } from '../look/Icon';
import { SpaceIcon } from '../look/Icon';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { view } from '../store/view';
import { dayText, say, shortDay } from '../words/board';
import { Completion } from './Completion';
import { booking, closeForm, dayOf, leave, write, type Draft, type Field } from './draft';
import { OneOf, Text, Weekdays } from './Fields';
import { findPlaces, findRiders } from './finding';
import { NewPlace } from './NewPlace';
import { Clashes, Offered } from './Offered';
import { holdChosen } from './room';
import { send } from './send';
import { stepOffer, tryOut } from './trial';
import { dayTyped, nudged, readDay, readTime } from './typed';

/** A booking by telephone: for the keyboard alone, beside the board, with offers while one types. */
export function BookingForm() {
  const open = useStore(booking, (value) => value.open);
  useEffect(() => {
    const stop = [booking.follow(tryOut), booking.follow(holdChosen), day.follow(tryOut)];
    return () => stop.forEach((one) => one());
  }, []);
  return <>{open && <Form />}<NewPlace /><Leaving /></>;
}

function Form() {
  const { draft, wrong, sending, enquiry } = useStore(booking, (value) => value);
  const at = (field: Field) => (wrong?.field === field ? wrong.text : undefined);
  return (
    <aside id="booking" className="booking" role="dialog" aria-label={say('new_booking')}>
      <form className="booking-form" onSubmit={submit} onKeyDown={press} noValidate>
        <header><h2>{enquiry ? say('enquiry_of', enquiry) : say('new_booking')}</h2><Button className="icon-button" aria-label={say('close')} onPress={leave}><Icon name="no" /></Button></header>
        <div className="booking-body">
          <Who draft={draft} at={at} />
          <When draft={draft} at={at} />
          <How draft={draft} at={at} />
          <Clashes />
          <Offered />
          {!enquiry && <Repeats draft={draft} at={at} />}
        </div>
        <footer>
          {wrong && !wrong.field && <p className="wrong" role="alert">{wrong.text}</p>}
          <Button type="submit" className="primary" isDisabled={sending}>{say('book')} <kbd>Enter</kbd></Button>
          <Button className="quiet" onPress={leave}>{say('cancel')} <kbd>Esc</kbd></Button>
        </footer>
      </form>
    </aside>
  );
}

function submit(event: FormEvent): void {
  event.preventDefault();
  void send();
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  if (event.key === 'Escape') leave();
  else if (event.key === 'PageDown') stepOffer(1);
  else if (event.key === 'PageUp') stepOffer(-1);
  else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) void send();
  else return;
  event.preventDefault();
}

interface Part { draft: Draft; at: (field: Field) => string | undefined }

/** What stands under a field that is still to be found: somebody's words for it. */
const wordsFor = (words: string | undefined) => (words ? { asked: words, hint: say('asked_words', { words }) } : {});

function Who({ draft, at }: Part) {
  const enquiry = useStore(booking, (value) => value.enquiry);
  const rider = draft.rider;
  const known = rider?.kind === 'known' ? rider.usual : null;
  const needs = known && (known.needs.length > 0 || known.no_share) ? [...known.needs, ...(known.no_share ? [say('rides_alone')] : [])].join(', ') : '';
  return (
    <>
      <Completion
        name="rider" label={say('rider')} value={known?.name ?? (rider?.kind === 'new' ? rider.name : '')} find={findRiders} wrong={at('rider')}
        onClear={() => write({ rider: null })} {...(needs ? { hint: say('rider_needs', { needs }) } : rider?.kind === 'new' ? { hint: say('rider_is_new') } : rider ? {} : wordsFor(enquiry?.rider))}
      />
      <Completion name="from" label={say('from')} value={draft.from?.name ?? ''} find={findPlaces('from')} onClear={() => write({ from: null })} wrong={at('from')} {...wordsFor(enquiry?.origin)} />
      <Completion name="to" label={say('to')} value={draft.to?.name ?? ''} find={findPlaces('to')} onClear={() => write({ to: null })} wrong={at('to')} {...wordsFor(enquiry?.destination)} />
    </>
  );
}

function When({ draft, at }: Part) {
  const on = dayOf(draft);
  const turn = (by: 1 | -1) => (on ? dayTyped(new Date(Date.parse(on) + by * 86_400_000).toISOString().slice(0, 10)) : draft.day);
  return (
    <>
      <div className="booking-row when">
        <Text name="day" label={say('day_field')} value={draft.day} onChange={(typed) => write({ day: typed })} wrong={at('day')} nudge={turn} hint={on ? shortDay(on) : ''} />
        <Time name="time" label={say('time')} value={draft.time} put={(time) => write({ time })} wrong={at('time')} />
        <OneOf name="anchor" label={say('time_is')} value={draft.anchor} onChange={(anchor) => write({ anchor })} of={[['arrive_by', say('appointment')], ['pickup_at', say('fetch')]]} />
      </div>
      <div className="booking-row back">
        <OneOf name="back" label={say('return_trip')} value={draft.back} onChange={(back) => write({ back })} of={[['none', say('back_none')], ['will_call', say('back_will_call')], ['time', say('back_time')]]} />
        {draft.back === 'time' && <Time name="backTime" label={say('fetched_at')} value={draft.backTime} put={(backTime) => write({ backTime })} wrong={at('back')} />}
      </div>
    </>
  );
}

interface TimeProps { name: string; label: string; value: string; put: (time: string) => void; wrong: string | undefined }

/** A time as people type it; on leaving the field it is written out. */
function Time({ name, label, value, put, wrong }: TimeProps) {
  const tidy = () => {
    const read = readTime(value);
    if (read && read !== value) put(read);
  };
  return <Text name={name} label={label} value={value} onChange={put} onLeave={tidy} wrong={wrong} numeric nudge={(by) => nudged(value, by * 5)} />;
}

function How({ draft, at }: Part) {
  return (
    <>
      <div className="booking-row how">
        <OneOf
          name="space" label={say('takes')} value={draft.space} onChange={(space) => write({ space })}
          of={(['seats', 'wheelchairs', 'stretchers'] as const).map((kind) => [kind, <><SpaceIcon kind={kind} />{say(`space_${kind}`)}</>])}
        />
        <Text name="companions" label={say('companions')} value={draft.companions} onChange={(companions) => write({ companions })} wrong={at('companions')} numeric nudge={(by) => String(Math.max(0, Number(draft.companions || 0) + by))} />
      </div>
      <div className="booking-row">
        <Text name="needs" label={say('more_needs')} value={draft.needs} onChange={(needs) => write({ needs })} wrong={at('needs')} />
        <Text name="purpose" label={say('purpose')} value={draft.purpose} onChange={(purpose) => write({ purpose })} wrong={at('purpose')} />
      </div>
    </>
  );
}

function Repeats({ draft, at }: Part) {
  const last = readDay(draft.until, dayOf(draft) ?? view.get().day);
  return (
    <div className="booking-row">
      <Weekdays label={say('repeats')} value={draft.repeat} onChange={(repeat) => write({ repeat })} />
      {draft.repeat.length > 0 && <Text name="until" label={say('until_day')} value={draft.until} onChange={(until) => write({ until })} wrong={at('until')} hint={last ? dayText(last) : say('until_open')} />}
    </div>
  );
}

/** What was typed is not thrown away unasked. */
function Leaving() {
  const leaving = useStore(booking, (value) => value.leaving);
  return (
    <ModalOverlay className="overlay" isOpen={leaving} isDismissable onOpenChange={() => booking.change({ leaving: false })}>
      <Modal className="modal">
        <Dialog role="alertdialog">
          <Heading slot="title">{say('leave_title')}</Heading>
          <p>{say('leave_lead')}</p>
          <div className="actions">
            <Button slot="close" autoFocus>{say('go_on')}</Button>
            <Button className="risky" onPress={closeForm}>{say('throw_away')}</Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
