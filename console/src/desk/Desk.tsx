import { useEffect } from 'react';

import { BackupCopy } from '../backup/BackupCopy';
import { paperCommands } from '../backup/commands';
import { BookingForm } from '../booking/BookingForm';
import { bookingCommands } from '../booking/commands';
import { filterCommands } from '../filters/commands';
import { Header } from '../header/Header';
import { Inspector } from '../inspector/Inspector';
import { Banner } from '../live/Banner';
import { MapPane } from '../map/MapPane';
import { Dialogs } from '../move/Dialogs';
import { MoveHint } from '../move/MoveHint';
import { Toast } from '../move/Toast';
import { addCommands } from '../palette/commands';
import { Help } from '../palette/Help';
import { listenForKeys } from '../palette/keys';
import { Palette } from '../palette/Palette';
import { phoneCommands } from '../phone/phone';
import { PhoneDialog } from '../phone/PhoneDialog';
import { planning as planningStore } from '../plan/planning';
import { PlanPane } from '../plan/PlanPane';
import { Pool } from '../pool/Pool';
import { Problems } from '../problem/Problems';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { view } from '../store/view';
import { tableCommands } from '../table/commands';
import { Table } from '../table/Table';
import { Panels } from './Panels';
import { panel as panelStore } from './panel';
import { goToNow } from '../timeline/goToNow';
import { Timeline } from '../timeline/Timeline';
import { Zoom } from '../timeline/Zoom';
import { say } from '../words/board';

/** The dispatcher's screen: pool, timeline and inspector side by side; each is a file in the folder of its name. */
export function Desk({ company }: { company: string }) {
  const planning = useStore(planningStore, (value) => value.open);
  const table = useStore(view, (value) => value.table);
  useEffect(goToNow, [table]);
  const panel = useStore(panelStore, (value) => value.shown);
  useEffect(listenForKeys, []);
  useEffect(() => addCommands([...bookingCommands, ...paperCommands, ...filterCommands, ...phoneCommands, ...tableCommands]), []);
  return (
    <>
      <Header company={company} />
      <Banner />
      <Problems />
      <main className="desk" data-panel={panel}>
        <Pool />
        <section className="board-pane">
          <div className="timeline-pane">{table ? <Table /> : <Timeline />}<Zoom /></div>
          <MapPane />
        </section>
        {planning ? <PlanPane /> : <Inspector />}
      </main>
      <Panels />
      <BookingForm />
      <BackupCopy />
      <MoveHint />
      <Toast />
      <Dialogs />
      <PhoneDialog />
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
