import type { Command } from '../palette/commands';
import { enquiries } from '../enquiry/enquiries';
import { openFor, openForm } from './draft';

export const bookingCommands: Command[] = [
  { id: 'book', word: 'new_booking', group: 'group_board', key: 'b', run: openForm },
  { id: 'enquiry', word: 'enquiry_next', group: 'group_board', key: 'r', when: () => enquiries.get().open.length > 0, run: () => void openFor(enquiries.get().open[0]!) },
];
