import { memo } from 'react';

import { live, now } from '../live/stream';
import { useStore } from '../store/store';
import { HOUR_PX, view } from '../store/view';
import { clock, say } from '../words/board';
import { percent, share, type Axis } from './axis';

const HOUR_MS = 3_600_000;
/** So far before and after an hour the time of now covers its name, which is then left out. */
const COVERED_PX = [-22, 67] as const;

/** The hours, which stay above the rows. */
export const Head = memo(function Head({ axis, count }: { axis: Axis; count: number }) {
  const hours = Array.from({ length: axis.hours }, (_, n) => axis.from + n * HOUR_MS);
  return (
    <div className="head" role="rowgroup">
      <div role="row" aria-rowindex={1} className="head-row">
        <div className="corner" role="columnheader">{say('runs_n', { n: count })}</div>
        <div className="hours" role="columnheader" aria-label={say('time')}>
          <Hours axis={axis} hours={hours} />
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

function Hours({ axis, hours }: { axis: Axis; hours: number[] }) {
  const at = useNow(axis);
  const hourPx = useStore(view, (value) => HOUR_PX[value.zoom]!);
  const isCovered = (hour: number) => {
    const px = at === null ? Infinity : ((at - hour) / HOUR_MS) * hourPx;
    return px > COVERED_PX[0] && px < COVERED_PX[1];
  };
  return (
    <>
      {hours.map((hour) => <span key={hour} className="hour" style={{ left: percent(axis, hour) }}>{isCovered(hour) ? '' : clock(hour)}</span>)}
      {at !== null && <span className="now-time" style={{ left: percent(axis, at) }}>{clock(at)}</span>}
    </>
  );
}

/** Where the day stands, for the line that each row draws; far out of sight on other days. */
export function useNowShare(axis: Axis): string {
  const at = useNow(axis);
  return at === null ? '-9999px' : percent(axis, at);
}
