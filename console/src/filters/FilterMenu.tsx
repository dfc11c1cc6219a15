import { useState, type FormEvent } from 'react';
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';

import { OneOf } from '../booking/Fields';
import { Icon } from '../look/Icon';
import { day } from '../store/day';
import { makeStore, useStore } from '../store/store';
import { say } from '../words/board';
import { clearFilters, filterBy, filters, isFiltering, SPACES, STATES } from './filters';
import { forget, save, saved, show } from './saved';

export const filterOpen = makeStore<{ open: boolean }>({ open: false });

/** What is looked at, and the views that were saved. */
export function FilterMenu() {
  const open = useStore(filterOpen, (value) => value.open);
  const on = useStore(filters, isFiltering);
  return (
    <DialogTrigger isOpen={open} onOpenChange={(now) => filterOpen.set({ open: now })}>
      <Button className="icon-button filter-button" aria-label={say(on ? 'filter_on' : 'filter')} data-on={on || undefined}><Icon name="filter" /></Button>
      <Popover className="popover filter-popover" placement="bottom end">
        <Dialog aria-label={say('filter')}><Choices /><Views /></Dialog>
      </Popover>
    </DialogTrigger>
  );
}

function Choices() {
  const { space, state, place } = useStore(filters, (value) => value);
  const places = useStore(day, (value) => value.board!.places);
  const sorted = [...places].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <div className="filter-choices">
      <OneOf
        name="filter-space" label={say('takes')} value={space ?? 'any'} onChange={(one) => filterBy({ space: one === 'any' ? null : one })}
        of={[['any', say('any')], ...SPACES.map((one) => [one, say(`space_${one}`)] as [typeof one, string])]}
      />
      <OneOf
        name="filter-state" label={say('stands')} value={state ?? 'any'} onChange={(one) => filterBy({ state: one === 'any' ? null : one })}
        of={[['any', say('any')], ...STATES.map((one) => [one, say(`state_${one}`)] as [typeof one, string])]}
      />
      <label className="field">
        <span>{say('place_filter')}</span>
        <select value={place ?? ''} onChange={(event) => filterBy({ place: Number(event.target.value) || null })}>
          <option value="">{say('any')}</option>
          {sorted.map((one) => <option key={one.place_id} value={one.place_id}>{one.name}</option>)}
        </select>
      </label>
      <Button onPress={clearFilters}>{say('clear_filters')}</Button>
    </div>
  );
}

function Views() {
  const views = useStore(saved, (value) => value.views);
  const [name, setName] = useState('');
  const keep = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim()) save(name.trim());
    setName('');
  };
  return (
    <section className="saved-views" aria-labelledby="saved-views">
      <h3 id="saved-views">{say('saved_views')}</h3>
      <ul>{views.map((view) => (
        <li key={view.name}>
          <Button className="quiet" onPress={() => show(view)}>{view.name}</Button>
          <Button className="icon-button" aria-label={say('forget_view', { name: view.name })} onPress={() => forget(view.name)}><Icon name="no" /></Button>
        </li>
      ))}</ul>
      <form onSubmit={keep} className="field">
        <label htmlFor="view-name">{say('view_name')}</label>
        <span className="save-view"><input id="view-name" maxLength={60} value={name} onChange={(event) => setName(event.target.value)} /><Button type="submit">{say('save_view')}</Button></span>
      </form>
    </section>
  );
}
