import { useStore } from '../store/store';
import { say } from '../words/board';
import { live } from './stream';

/** How fresh the board is: by shape and word, colour last. */
export function LiveBadge() {
  const state = useStore(live, (value) => value.state);
  const ageS = useStore(live, (value) => (value.state === 'silent' ? value.ageS : 0));
  const text = state === 'silent' ? say('stream_silent', { n: ageS }) : say(`stream_${state}`);
  return <p id="live" className="live" data-state={state}><span className="dot" aria-hidden="true" /><span className="words">{text}</span></p>;
}
