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
  return <p id="banner" className="banner" role="alert" hidden={!text}>{text}</p>;
}
