// What is drawn: everything that the parts of the page read, made anew for each drawing.

import type { Clock } from '../words/clock';
import type { Language } from '../words/catalogue';
import type { Speech } from '../page/speech';
import type { Entry, Run, Runs, Step, Stop } from './records';
import type { words } from './words';

export type Say = Speech<typeof words>;

export interface Scene {
  say: Say;
  clock: Clock;
  language: Language;
  now: number;
  runs: Runs;
  run: Run | undefined;
  /** The stop that is shown large: the next, or the one that was chosen. */
  stop: Stop | undefined;
  chosen: boolean;
  unsent: readonly Entry[];
  refused: readonly Entry[];
  undoable: Entry | undefined;
  reachable: boolean;
  heardAt: number;
  act: Actions;
}

export interface Actions {
  step(stop: Stop, step: Step): void;
  askNoShow(stop: Stop): void;
  accept(run: Run): void;
  undo(entry: Entry): void;
  choose(stop: Stop | null): void;
  show(run: Run): void;
  navigate(stop: Stop): void;
  problem(run: Run): void;
  menu(): void;
  showUnsent(): void;
  dismiss(entry: Entry): void;
}

/** One stop among all of a run: its kind and trip, or its time. */
export const stopId = (stop: Stop): string => `${stop.kind}-${stop.trip_id ?? stop.at}`;

/** What a step is about, in a few words: `10:30 Bahnhof`. */
export const aboutOf = (scene: Pick<Scene, 'clock'>, stop: Stop): string =>
  `${scene.clock.clock(stop.at)} ${stop.place ?? ''}`.trim();
