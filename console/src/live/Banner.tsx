import { Button } from 'react-aria-components';

import { copyShown } from '../backup/copy';
import { useStore } from '../store/store';
import { clock, say } from '../words/board';
import { live, now } from './stream';

const SKEW_WORTH_SAYING_MS = 30_000;

/** What the reader must know before trusting the board: that it is not live, or that a clock is wrong. */
export function Banner() {
  const text = useStore(live, ({ state, ageS, skewMs }) => {
    if (state === 'lost') return say('lost_banner', { time: clock(now() - ageS * 1000) });
    if (Math.abs(skewMs) > SKEW_WORTH_SAYING_MS) return say('skew_banner', { n: Math.round(skewMs / 1000) });
    return '';
  });
  const lost = useStore(live, ({ state }) => state === 'lost');
  return (
    <p id="banner" className="banner" role="alert" hidden={!text}>
      {text}{lost && <Button className="quiet" onPress={() => copyShown.set({ open: true })}>{say('show_copy')}</Button>}
    </p>
  );
}
