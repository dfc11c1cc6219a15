import { useStore } from '../store/store';
import { live, now } from '../live/stream';

const STEP_MS = 30_000;

/** The server's time in steps of half a minute: what depends on it is not drawn anew each second. */
export function useMinute(): number {
  return useStore(live, () => Math.floor(now() / STEP_MS) * STEP_MS);
}
