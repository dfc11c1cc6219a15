import { makeStore } from '../store/store';
import type { Spot } from './draft';

/** A place that is missing, and what to do with it once it is there. */
export const newPlace = makeStore<{ asked: { name: string; put: (spot: Spot) => void } | null }>({ asked: null });
