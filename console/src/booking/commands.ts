import type { Command } from '../palette/commands';
import { openForm } from './draft';

export const bookingCommands: Command[] = [
  { id: 'book', word: 'new_booking', group: 'group_board', key: 'b', run: openForm },
];
