import type { Command } from '../palette/commands';
import { filterOpen } from './FilterMenu';
import { clearFilters, filters, isFiltering } from './filters';

export const filterCommands: Command[] = [
  { id: 'filter', word: 'filter', group: 'group_look', key: 'f', run: () => filterOpen.set({ open: true }) },
  { id: 'clear_filters', word: 'clear_filters', group: 'group_look', when: () => isFiltering(filters.get()), run: clearFilters },
];
