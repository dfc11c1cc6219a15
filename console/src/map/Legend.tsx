import type { ReactNode } from 'react';

import { moments } from '../store/moments';
import { moving } from '../move/moving';
import { useStore } from '../store/store';
import { say } from '../words/board';
import { STATES } from './List';
import type { VehicleState } from './shown';
import { way } from './way';

const SHAPES: Record<VehicleState, ReactNode> = {
  en_route: <path d="M8 2l6.500 11h-13z" />, arrived: <path d="M2.500 2.500h11v11h-11z" />,
  on_board: <circle cx="8" cy="8" r="6" />, free: <path d="M8 1l7 7-7 7-7-7z" />,
};

/** What the shapes and lines mean that are to be seen now. */
export function Legend() {
  const shown = useStore(way, (value) => value.now);
  const vehicles = useStore(moments, (value) => value.positions.size > 0);
  const ripple = useStore(moving, (value) => value.hand !== null);
  const has = (estimated: boolean) => shown?.legs.some((leg) => leg.estimated === estimated && leg.line.length > 1);
  return (
    <ul className="map-legend">
      {has(false) && <li><Line dash="" />{say('map_road')}</li>}
      {has(true) && <li><Line dash="5 4" />{say('map_straight')}</li>}
      {ripple && <li><Line dash="1 5" />{say('map_would_go')}</li>}
      {vehicles && Object.entries(STATES).map(([state, word]) => (
        <li key={state}><Shape state={state as VehicleState} />{say(word)}</li>
      ))}
      {vehicles && <li><Shape state="on_board" hollow />{say('map_old_position')}</li>}
    </ul>
  );
}

function Line({ dash }: { dash: string }) {
  return <svg className="map-key" viewBox="0 0 26 16" aria-hidden="true"><path className="map-key-line" d="M2 8h22" strokeDasharray={dash} /></svg>;
}

function Shape({ state, hollow = false }: { state: VehicleState; hollow?: boolean }) {
  return <svg className="map-key shape" viewBox="0 0 16 16" aria-hidden="true" data-state={state} data-hollow={hollow || undefined}>{SHAPES[state]}</svg>;
}
