// What was just done, in one line with a way back; it goes by itself, and is read out.

import { makeStore } from '../store/store';

export interface Told { text: string; undo?: boolean; redo?: boolean; bad?: boolean }

export const toast = makeStore<{ told: Told | null; n: number }>({ told: null, n: 0 });

const GOES_AFTER_MS = 8000;
let goes = 0;

export function tell(told: Told): void {
  clearTimeout(goes);
  toast.set({ told, n: toast.get().n + 1 });
  goes = window.setTimeout(() => toast.change({ told: null }), GOES_AFTER_MS);
}
