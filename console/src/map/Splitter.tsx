import type { KeyboardEvent, PointerEvent } from 'react';

import { useStore } from '../store/store';
import { say } from '../words/board';
import { LEAST_SHARE, MOST_SHARE, pane, setShare } from './pane';

const STEP = 4;

/** The edge between timeline and map: dragged, or moved by arrow keys; a button beside does the same by taps. */
export function Splitter() {
  const share = useStore(pane, (value) => value.share);
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = event.currentTarget.closest('.board-pane')!.getBoundingClientRect();
    setShare(((box.bottom - event.clientY) / box.height) * 100);
  };
  const key = (event: KeyboardEvent) => {
    const by = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setShare(share + by);
  };
  return (
    <div
      className="map-split" role="separator" tabIndex={0} aria-orientation="horizontal" aria-label={say('map_split')}
      aria-valuenow={share} aria-valuemin={LEAST_SHARE} aria-valuemax={MOST_SHARE} onKeyDown={key}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)} onPointerMove={drag}
    />
  );
}
