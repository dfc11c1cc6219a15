import { Button } from 'react-aria-components';

import { useStore } from '../store/store';
import { day } from '../store/day';
import { say } from '../words/board';
import { Icon } from '../look/Icon';
import { drop, letGo, moving } from './moving';
import type { Verdict } from './verdict';

const OFF_X = 14;
const OFF_Y = 16;
const WIDEST = 320;

/** One line at the hand: the run it is over, whether it can, what that would move. */
export function MoveHint() {
  const hand = useStore(moving, (value) => value.hand);
  if (!hand) return null;
  const { index } = day.get();
  const verdict = hand.over === null ? undefined : hand.verdicts.get(hand.over);
  const driver = hand.over === null ? '' : (index?.run.get(hand.over)?.driver ?? '');
  const left = Math.min(hand.x + OFF_X, window.innerWidth - WIDEST - OFF_X);
  const byKeys = hand.by === 'keys';
  return (
    <>
      {byKeys && <p className="move-mode">{say('moving_by_keys')}</p>}
      {verdict && !byKeys && (
        <div className="move-hint" data-kind={verdict.kind} aria-busy={!verdict.isExact} style={{ transform: `translate(${left}px, ${hand.y + OFF_Y}px)` }}>
          <Line {...verdict} driver={driver} />
        </div>
      )}
      {byKeys && (
        <div className="move-hint docked" data-kind={verdict?.kind} aria-busy={verdict && !verdict.isExact}>
          {verdict && <Line {...verdict} driver={driver} />}
          <Button className="primary" isDisabled={!verdict || verdict.kind === 'same'} onPress={drop}>{say('put_here')}</Button>
          <Button onPress={letGo}>{say('cancel')}</Button>
        </div>
      )}
      <p className="unseen" aria-live="assertive">{verdict ? `${driver}: ${verdict.text}` : ''}</p>
    </>
  );
}

const SIGNS = { ok: 'done', maybe: 'risk', ask: 'risk', no: 'no', same: 'done' } as const;

function Line({ kind, driver, text, isExact }: Pick<Verdict, 'kind' | 'text' | 'isExact'> & { driver: string }) {
  return <><Icon name={SIGNS[kind]} /><b>{driver}</b> {text}{!isExact && `, ${say('verdict_asking')} …`}</>;
}
