import { ToggleButton } from 'react-aria-components';

import { day } from '../store/day';
import { useStore } from '../store/store';
import { look, view } from '../store/view';
import { EXCEPTIONS, type Exception } from '../timeline/filter';
import { useMinute } from '../timeline/minute';
import { say } from '../words/board';
import { Icon, type IconName } from '../look/Icon';

export const SHOWN: Exception[] = ['late', 'risk', 'left_over', 'will_calls', 'requested'];
const SIGNS: Record<Exception, IconName> = { late: 'risk', risk: 'risk', left_over: 'no', will_calls: 'phone', requested: 'plus' };

/** What needs attention, counted; each count is a filter. */
export function Exceptions() {
  const trips = useStore(day, (value) => value.board!.trips);
  const filter = useStore(view, (value) => value.filter);
  const now = useMinute();
  return (
    <div className="exceptions" role="group" aria-label={say('exceptions')}>
      {SHOWN.map((name, n) => {
        const count = trips.filter((trip) => EXCEPTIONS[name](trip, now)).length;
        if (name === 'requested' && count === 0 && filter !== name) return null;
        return (
          <ToggleButton
            key={name} className="exception" data-exception={name} data-some={count > 0 || undefined}
            isSelected={filter === name} onChange={(on) => look({ filter: on ? name : null })} aria-keyshortcuts={String(n + 1)}
          >
            <Icon name={SIGNS[name]} />{say(`count_${name}`)} <b>{count}</b>
          </ToggleButton>
        );
      })}
    </div>
  );
}
