import { useState, type FormEvent } from 'react';
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import { anyKey, ask } from '../api/ask';
import { useStore } from '../store/store';
import { say } from '../words/board';
import { newPlace } from './newPlace';
import { wrongOf } from './trial';
import { readPosition } from './typed';

/** A place that nobody knows yet: its name, its address, and where it is. */
export function NewPlace() {
  const asked = useStore(newPlace, (value) => value.asked);
  return (
    <ModalOverlay className="overlay" isOpen={asked !== null} isDismissable onOpenChange={() => newPlace.set({ asked: null })}>
      <Modal className="modal"><Dialog>{asked && <Asked {...asked} />}</Dialog></Modal>
    </ModalOverlay>
  );
}

type Props = NonNullable<ReturnType<typeof newPlace.get>['asked']>;

function Asked({ name: typed, put }: Props) {
  const [name, setName] = useState(typed);
  const [address, setAddress] = useState('');
  const [position, setPosition] = useState('');
  const [wrong, setWrong] = useState('');
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const where = readPosition(position);
    if (!where) return setWrong(say('wrong_position'));
    try {
      const body = { ref: `p-${anyKey().slice(0, 10)}`, name, address, ...where };
      const { place_id } = await ask<{ place_id: number }>('/places', { method: 'POST', body });
      newPlace.set({ asked: null });
      setTimeout(() => put({ id: place_id, name }), 0); // the dialog gives the focus back first
    } catch (error) {
      setWrong(wrongOf(error).text);
    }
  };
  return (
    <form className="booking-form" onSubmit={(event) => void save(event)}>
      <Heading slot="title">{say('new_place_title')}</Heading>
      <Line label={say('place_name')} value={name} onChange={setName} />
      <Line label={say('address')} value={address} onChange={setAddress} focus />
      <Line label={say('position')} value={position} onChange={setPosition} hint={say('position_hint')} />
      {wrong && <p className="wrong" role="alert">{wrong}</p>}
      <div className="actions"><Button slot="close">{say('cancel')}</Button><Button type="submit" className="primary">{say('add_place')}</Button></div>
    </form>
  );
}

interface LineProps { label: string; value: string; onChange: (text: string) => void; hint?: string; focus?: boolean }

function Line({ label, value, onChange, hint, focus }: LineProps) {
  return (
    <label className="field">
      <span>{label}</span>
      <input value={value} autoFocus={focus ?? false} onChange={(event) => onChange(event.target.value)} />
      {hint && <small className="hint">{hint}</small>}
    </label>
  );
}
