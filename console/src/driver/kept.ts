// What this phone keeps: the runs that are not over, what is unsent, a language. One place, so that one call forgets it.

import type { Language } from '../words/catalogue';
import type { Entry, Runs } from './records';

interface Kept {
  runs: Runs;
  /** When the server was last heard. */
  heardAt: number;
  outbox: Entry[];
  /** When each trip's driver stood at the door, by the tap. */
  arrived: Record<number, number>;
  userId: number;
  /** The last notice heard on the stream. */
  cursor: number;
  name: string;
  language: Language;
  theme: 'light' | 'dark';
  positions: boolean;
}

const PREFIX = 'estafette-driver.';

export function read<Name extends keyof Kept>(name: Name): Kept[Name] | null {
  const text = localStorage.getItem(PREFIX + name);
  return text === null ? null : (JSON.parse(text) as Kept[Name]);
}

export function keep<Name extends keyof Kept>(name: Name, value: Kept[Name] | null): void {
  if (value === null) localStorage.removeItem(PREFIX + name);
  else localStorage.setItem(PREFIX + name, JSON.stringify(value));
}

/** Forget all that tells of riders or of the driver. */
export function forget(): void {
  for (const name of ['runs', 'heardAt', 'outbox', 'arrived', 'userId', 'name', 'cursor'] as const) keep(name, null);
}

/** Tell when another window of this page has changed something. */
export const whenChanged = (does: () => void): void =>
  addEventListener('storage', (event) => event.key?.startsWith(PREFIX) && does());
