import { useEffect, useState } from 'react';

import { day } from '../store/day';
import { useStore } from '../store/store';
import { say } from '../words/board';

const SILENT_AFTER_MS = 15_000;

/** How far a solve is; one whose worker has gone silent is no longer spoken of. */
export function SolveBadge() {
  const solve = useStore(day, (value) => value.solve);
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    setSilent(false);
    const timer = setTimeout(() => setSilent(true), SILENT_AFTER_MS);
    return () => clearTimeout(timer);
  }, [solve]);
  if (!solve || solve.state !== 'running' || silent) return null;
  const { placed, left_over, seconds } = solve;
  return (
    <p id="solve" className="solve" role="status">
      {placed === null ? say('solve_begins')
        : say('solve_progress', { placed, trips: placed + (left_over ?? 0), s: Math.round(seconds ?? 0) })}
    </p>
  );
}
