// Views that somebody saved under a name: kept in this browser for this person, a view being how one looks, not a fact of the day.

import { ask } from '../api/ask';
import { makeStore } from '../store/store';
import { look, type Filter } from '../store/view';
import { filterBy, readFilters } from './filters';

export interface Saved { name: string; search: string }

const MOST = 20;
const KEPT = ['show', 'zoom', 'space', 'state', 'place'];
let key = '';

export const saved = makeStore<{ views: Saved[] }>({ views: [] });

/** Read the views of who is signed in. */
export async function readSaved(): Promise<void> {
  const { user } = await ask<{ user: { user_id: number } | null }>('/account');
  key = `estafette-views-${user?.user_id ?? 0}`;
  saved.set({ views: JSON.parse(localStorage.getItem(key) ?? '[]') as Saved[] });
}

function keep(views: Saved[]): void {
  saved.set({ views: views.slice(-MOST) });
  if (key) localStorage.setItem(key, JSON.stringify(saved.get().views));
}

/** Save what is looked at now; of a name there is one. */
export function save(name: string): void {
  const now = new URL(location.href).searchParams;
  const search = new URLSearchParams(KEPT.flatMap((one) => (now.has(one) ? [[one, now.get(one)!]] : []))).toString();
  keep([...saved.get().views.filter((view) => view.name !== name), { name, search }]);
}

export const forget = (name: string): void => keep(saved.get().views.filter((view) => view.name !== name));

/** Look as a saved view does. */
export function show({ search }: Saved): void {
  const wanted = new URLSearchParams(search);
  look({ filter: wanted.get('show') as Filter, zoom: Number(wanted.get('zoom') ?? 3) });
  filterBy(readFilters(wanted));
}

