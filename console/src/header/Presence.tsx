import { moments } from '../store/moments';
import { useStore } from '../store/store';
import { view } from '../store/view';
import { say } from '../words/board';
import { Icon } from '../look/Icon';

/** Who else looks at this day; nobody else is not worth a word. */
export function Presence() {
  const viewers = useStore(moments, (value) => value.viewers);
  const day = useStore(view, (value) => value.day);
  const names = [...viewers.values()].filter((viewer) => viewer.service_on === day).map((viewer) => viewer.name);
  if (names.length < 2) return null;
  return <p className="presence" title={names.join(', ')}><Icon name="seats" />{say('people_n', { n: names.length })}<span className="unseen">: {names.join(', ')}</span></p>;
}
