import { memo } from 'react';

import { live, now } from '../live/stream';
import { useStore } from '../store/store';
import { clock, say } from '../words/board';
import { percent, share, type Axis } from './axis';

const HOUR_MS = 3_600_000;

/** The hours, which stay above the rows. */
export const Head = memo(function Head({ axis, count }: { axis: Axis; count: number }) {
  const hours = Array.from({ length: axis.hours }, (_, n) => axis.from + n * HOUR_MS);
  return (
    <div className="head" role="rowgroup">
      <div role="row" aria-rowindex={1} className="head-row">
        <div className="corner" role="columnheader">{say('runs_n', { n: count })}</div>
        <div className="hours" role="columnheader" aria-label={say('time')}>
          {hours.map((at) => <span key={at} className="hour" style={{ left: percent(axis, at) }}>{clock(at)}</span>)}
          <NowTime axis={axis} />
        </div>
      </div>
    </div>
  );
});

function useNow(axis: Axis): number | null {
  const minute = useStore(live, () => Math.floor(now() / 10_000) * 10_000);
  const at = share(axis, minute);
  return at >= 0 && at <= 1 ? minute : null;
}

function NowTime({ axis }: { axis: Axis }) {
  const at = useNow(axis);
  return at === null ? null : <span className="now-time" style={{ left: percent(axis, at) }}>{clock(at)}</span>;
}

/** Where the day stands, for the line that each row draws; far out of sight on other days. */
export function useNowShare(axis: Axis): string {
  const at = useNow(axis);
  return at === null ? '-9999px' : percent(axis, at);
}
