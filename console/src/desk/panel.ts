// Where there is room for one panel at a time: which one.

import { changePane, isOpen, pane } from '../map/pane';
import { moving } from '../move/moving';
import { makeStore } from '../store/store';

export const PANELS = ['runs', 'pool', 'map'] as const;
export type Panel = (typeof PANELS)[number];

export const panel = makeStore<{ shown: Panel }>({ shown: 'runs' });

export function show(shown: Panel): void {
  if (shown === 'map' && !isOpen(pane.get())) changePane({ open: true });
  panel.set({ shown });
}

// What is in hand goes onto a run: from the pool one must see them.
moving.follow(() => {
  if (moving.get().hand && panel.get().shown !== 'runs') show('runs');
});
// Whoever closes the map, or opens it by its key, means the panel.
let wasOpen = isOpen(pane.get());
pane.follow(() => {
  const open = isOpen(pane.get());
  if (open === wasOpen) return;
  wasOpen = open;
  panel.set({ shown: open ? 'map' : 'runs' });
});
