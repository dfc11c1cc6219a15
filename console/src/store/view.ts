// What this reader looks at: kept in the address, by ids alone, so that a link shows the same and names nobody.

import { makeStore } from './store';

export type Filter = 'late' | 'risk' | 'left_over' | 'will_calls' | 'requested' | null;
export type Density = 'roomy' | 'dense';
export type Theme = 'auto' | 'light' | 'dark';

export interface View {
  day: string;
  /** The trip in hand. */
  trip: number | null;
  /** All trips that an action is meant for, the one in hand among them. */
  picked: ReadonlySet<number>;
  filter: Filter;
  zoom: number;
  density: Density;
  theme: Theme;
  keys: boolean;
  /** As a table, not as a timeline. */
  table: boolean;
}

export const HOUR_PX = [44, 60, 80, 108, 144, 190, 260];
const FILTERS = ['late', 'risk', 'left_over', 'will_calls', 'requested'];
const KEPT = 'estafette-view';

export const view = makeStore<View>(readView());

function readView(): View {
  const asked = new URL(location.href).searchParams;
  const kept = JSON.parse(localStorage.getItem(KEPT) ?? '{}') as Partial<View>;
  const trip = Number(asked.get('trip')) || null;
  const filter = asked.get('show');
  return {
    day: asked.get('day') ?? '',
    trip,
    picked: new Set(trip ? [trip] : []),
    filter: FILTERS.includes(filter ?? '') ? (filter as Filter) : null,
    zoom: within(Number(asked.get('zoom') ?? kept.zoom ?? 3)),
    density: kept.density === 'dense' ? 'dense' : 'roomy',
    theme: kept.theme ?? 'auto',
    keys: kept.keys ?? true,
    table: kept.table ?? false,
  };
}

function within(level: number): number {
  return Number.isInteger(level) ? Math.min(Math.max(level, 0), HOUR_PX.length - 1) : 3;
}

/** Change what is looked at, and the address with it. */
export function look(part: Partial<View>): void {
  view.change(part);
  const { day, trip, filter, zoom, density, theme, keys, table } = view.get();
  const address = new URL(location.href);
  const put = (name: string, value: string | null) =>
    value === null ? address.searchParams.delete(name) : address.searchParams.set(name, value);
  put('day', day || null);
  put('trip', trip === null ? null : String(trip));
  put('show', filter);
  put('zoom', zoom === 3 ? null : String(zoom));
  history.replaceState(null, '', address);
  localStorage.setItem(KEPT, JSON.stringify({ zoom, density, theme, keys, table }));
  showTheme();
}

export function showTheme(): void {
  const { theme, density } = view.get();
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.density = density;
}

export const choose = (trip: number | null): void => look({ trip, picked: new Set(trip === null ? [] : [trip]) });

/** Take a trip among those an action is meant for, or out of them. */
export function pick(trip: number): void {
  const picked = new Set(view.get().picked);
  if (!picked.delete(trip)) picked.add(trip);
  const last = picked.has(trip) ? trip : ([...picked].at(-1) ?? null);
  look({ picked, trip: last });
}

export const zoomBy = (steps: number): void => look({ zoom: within(view.get().zoom + steps) });
/** The address of another day, keeping everything but the trip. */
export function addressOf(day: string): string {
  const address = new URL(location.href);
  address.searchParams.set('day', day);
  address.searchParams.delete('trip');
  return address.href;
}
