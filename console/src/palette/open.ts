import { makeStore } from '../store/store';

/** Whether the palette is open, and as what: to find and do, or to list the keys. */
export const paletteOpen = makeStore<{ mode: 'find' | 'help' | null }>({ mode: null });
