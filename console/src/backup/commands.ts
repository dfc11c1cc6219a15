import type { Command } from '../palette/commands';
import { copyShown } from './copy';
import { printManifests, runInHand, saveCsv } from './paper';

export const paperCommands: Command[] = [
  { id: 'print', word: 'print_all', group: 'group_board', key: 'Ctrl+p', run: () => printManifests() },
  { id: 'print_run', word: 'print_run', group: 'group_trip', when: () => runInHand() !== undefined, run: () => printManifests(runInHand()) },
  { id: 'csv', word: 'save_csv', group: 'group_board', run: saveCsv },
  { id: 'copy', word: 'show_copy', group: 'group_board', run: () => copyShown.set({ open: true }) },
];
