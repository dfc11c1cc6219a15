// Every action of the board once: with its word, its key, and when it makes sense. Palette, help and keys read this list.

import { toggleHistory } from '../inspector/History';
import { setLock, swap, takeOff } from '../move/change';
import { takeUp } from '../move/moving';
import { aboardWith, split } from '../move/split';
import { redo, undo } from '../move/undo';
import { openPlanning } from '../plan/planning';
import { assignBest } from '../pool/best';
import { day } from '../store/day';
import { isMovable } from '../store/trips';
import { addressOf, choose, look, view, zoomBy, type Theme } from '../store/view';
import { step } from '../header/step';
import { SHOWN } from '../header/Exceptions';
import { goToNow } from '../timeline/goToNow';
import type { TripCard } from '../api/records';
import { spoken, type Plain } from '../words/board';
import { paletteOpen } from './open';

export interface Command {
  id: string;
  word: Plain;
  group: 'group_trip' | 'group_board' | 'group_plan' | 'group_look';
  /** As `event.key` names it, so that it is where the keyboard's owner sees it; `Ctrl+` where it works everywhere. */
  key?: string;
  when?: () => boolean;
  run: () => void;
}

const inHand = (): TripCard | undefined => {
  const { trip } = view.get();
  return trip === null ? undefined : day.get().index?.trip.get(trip);
};
const picked = (): number[] => [...view.get().picked];
const movable = () => inHand() !== undefined && isMovable(inHand()!);
const placed = () => movable() && inHand()!.run_id !== null;

const TRIP: Command[] = [
  { id: 'move', word: 'move', group: 'group_trip', key: 'm', when: movable, run: () => takeUp(picked(), 'keys') },
  { id: 'assign', word: 'assign_best', group: 'group_trip', key: 'g', when: movable, run: () => void assignBest(inHand()!.trip_id) },
  { id: 'lock', word: 'lock_it', group: 'group_trip', key: 'l', when: placed, run: () => void setLock(picked(), inHand()!.lock === 'none' ? 'driver' : 'none') },
  { id: 'lock_time', word: 'lock_time', group: 'group_trip', when: placed, run: () => void setLock(picked(), 'time') },
  { id: 'lock_order', word: 'lock_order', group: 'group_trip', when: placed, run: () => void setLock(picked(), 'order') },
  { id: 'split', word: 'split', group: 'group_trip', key: 's', when: () => placed() && aboardWith(inHand()!).length > 0, run: () => split(inHand()!) },
  { id: 'take_off', word: 'take_off', group: 'group_trip', key: 'u', when: placed, run: () => void takeOff(picked()) },
  { id: 'swap', word: 'swap', group: 'group_trip', key: 'x', when: () => picked().length === 2, run: () => void swap(picked() as [number, number]) },
  { id: 'why', word: 'why', group: 'group_trip', key: 'e', when: movable, run: () => document.getElementById('why-title')?.scrollIntoView() },
  { id: 'history', word: 'history', group: 'group_trip', key: 'h', when: () => inHand() !== undefined, run: toggleHistory },
  { id: 'close', word: 'close', group: 'group_trip', when: () => inHand() !== undefined, run: () => choose(null) },
];

const BOARD: Command[] = [
  { id: 'undo', word: 'undo', group: 'group_board', key: 'z', run: () => void undo() },
  { id: 'redo', word: 'redo', group: 'group_board', key: 'Z', run: () => void redo() },
  { id: 'next', word: 'next_exception', group: 'group_board', key: 'n', run: () => step(1) },
  { id: 'previous', word: 'previous_exception', group: 'group_board', key: 'p', run: () => step(-1) },
  ...SHOWN.map((name, n): Command => ({
    id: `show_${name}`, word: `count_${name}`, group: 'group_board', key: String(n + 1),
    run: () => look({ filter: view.get().filter === name ? null : name }),
  })),
  { id: 'show_all', word: 'all_trips', group: 'group_board', key: '0', run: () => look({ filter: null }) },
  { id: 'pool', word: 'go_to_pool', group: 'group_board', key: 'q', run: () => document.querySelector<HTMLElement>('#pool .open-trip')?.focus() },
];

const PLAN: Command[] = [{ id: 'plan', word: 'plan_the_day', group: 'group_plan', key: 'o', run: openPlanning }];

const beside = (days: number) => () => {
  const date = new Date(Date.parse(view.get().day) + days * 86_400_000);
  location.assign(addressOf(date.toISOString().slice(0, 10)));
};
const themed = (theme: Theme) => () => look({ theme });

const LOOK: Command[] = [
  { id: 'now', word: 'go_to_now', group: 'group_look', key: 't', run: goToNow },
  { id: 'zoom_in', word: 'zoom_in', group: 'group_look', key: '+', run: () => zoomBy(1) },
  { id: 'zoom_out', word: 'zoom_out', group: 'group_look', key: '-', run: () => zoomBy(-1) },
  { id: 'previous_day', word: 'previous_day', group: 'group_look', key: '[', run: beside(-1) },
  { id: 'next_day', word: 'next_day', group: 'group_look', key: ']', run: beside(1) },
  { id: 'roomy', word: 'density_roomy', group: 'group_look', run: () => look({ density: 'roomy' }) },
  { id: 'dense', word: 'density_dense', group: 'group_look', run: () => look({ density: 'dense' }) },
  { id: 'light', word: 'theme_light', group: 'group_look', run: themed('light') },
  { id: 'dark', word: 'theme_dark', group: 'group_look', run: themed('dark') },
  { id: 'account', word: 'account', group: 'group_look', run: () => location.assign(`/account?lang=${spoken()}`) },
  { id: 'find', word: 'find_or_do', group: 'group_look', key: 'Ctrl+k', run: () => paletteOpen.set({ mode: 'find' }) },
  { id: 'help', word: 'help', group: 'group_look', key: '?', run: () => paletteOpen.set({ mode: 'help' }) },
];

const more: Command[] = [];
/** Let another part of the board bring commands of its own. */
export const addCommands = (commands: Command[]): void => {
  for (const command of commands) if (!more.some((one) => one.id === command.id)) more.push(command);
};

export const allCommands = (): Command[] => [...TRIP, ...BOARD, ...PLAN, ...more, ...LOOK];
export const possible = (command: Command): boolean => command.when?.() ?? true;
