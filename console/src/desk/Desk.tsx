import { useEffect } from 'react';

import { Header } from '../header/Header';
import { Inspector } from '../inspector/Inspector';
import { Banner } from '../live/Banner';
import { Dialogs } from '../move/Dialogs';
import { MoveHint } from '../move/MoveHint';
import { Toast } from '../move/Toast';
import { Help } from '../palette/Help';
import { listenForKeys } from '../palette/keys';
import { Palette } from '../palette/Palette';
import { planning as planningStore } from '../plan/planning';
import { PlanPane } from '../plan/PlanPane';
import { Pool } from '../pool/Pool';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { goToNow } from '../timeline/goToNow';
import { Timeline } from '../timeline/Timeline';
import { Zoom } from '../timeline/Zoom';
import { say } from '../words/board';

/** The dispatcher's screen: pool, timeline and inspector side by side; each is a file in the folder of its name. */
export function Desk({ company }: { company: string }) {
  const planning = useStore(planningStore, (value) => value.open);
  useEffect(goToNow, []);
  useEffect(listenForKeys, []);
  return (
    <>
      <Header company={company} />
      <Banner />
      <main className="desk">
        <Pool />
        <section className="board-pane"><Timeline /><Zoom /></section>
        {planning ? <PlanPane /> : <Inspector />}
      </main>
      <MoveHint />
      <Toast />
      <Dialogs />
      <Palette />
      <Help />
      <Spoken />
    </>
  );
}

/** What changed, for who does not see the board. */
function Spoken() {
  const changed = useStore(day, (value) => value.changed.size);
  return <p className="unseen" aria-live="polite">{changed > 0 ? say('changed', { n: changed }) : ''}</p>;
}
