import type { Command } from '../palette/commands';
import { switchTable } from './Switch';
import { view } from '../store/view';

export const tableCommands: Command[] = [
  { id: 'as_table', word: 'as_table', group: 'group_look', key: 'v', when: () => !view.get().table, run: switchTable },
  { id: 'as_timeline', word: 'as_timeline', group: 'group_look', key: 'v', when: () => view.get().table, run: switchTable },
];
