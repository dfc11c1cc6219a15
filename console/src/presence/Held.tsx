import { Icon } from '../look/Icon';
import { holderOf, moments } from '../store/moments';
import { useStore } from '../store/store';
import { percent, widthOf, type Axis } from '../timeline/axis';
import { say } from '../words/board';
import { roomsOn } from './holds';

export const useHolder = (tripId: number): string | undefined => useStore(moments, ({ holds }) => holderOf(holds, tripId));

/** A trip that a colleague has in hand says whose hand it is. */
export function HeldMark({ by }: { by: string }) {
  return <span className="held-by" title={say('held_by', { name: by })}><Icon name="hand" />{by}</span>;
}

/** Time on a run that a colleague is offering on the telephone right now. */
export function HeldRooms({ runId, axis }: { runId: number; axis: Axis }) {
  const rooms = useStore(moments, () => roomsOn(runId));
  return rooms.map(({ hold_id, name, room }) => (
    <div
      key={hold_id} className="held-room" title={say('offered_by', { name })} role="gridcell" aria-label={say('offered_by', { name })}
      style={{ left: percent(axis, room!.from_at), width: widthOf(axis, room!.from_at, room!.to_at) }}
    >
      <Icon name="phone" /><span>{name}</span>
    </div>
  ));
}
