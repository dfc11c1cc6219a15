import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import { useStore } from '../store/store';
import { clock, dayText, moment, say, sayIfKnown, spanOf } from '../words/board';
import { copyShown, readCopy, type Copy, type CopiedRun } from './copy';

/** The copy of the day over the board, as long as somebody needs it. */
export function BackupCopy() {
  const open = useStore(copyShown, (value) => value.open);
  return (
    <ModalOverlay className="overlay" isOpen={open} isDismissable onOpenChange={() => copyShown.set({ open: false })}>
      <Modal className="modal wide"><Dialog>{open && <Shown copy={readCopy()} />}</Dialog></Modal>
    </ModalOverlay>
  );
}

function Shown({ copy }: { copy: Copy | null }) {
  return (
    <>
      <Heading slot="title">{copy ? say('copy_title', { day: dayText(copy.day) }) : say('copy_none')}</Heading>
      {copy && <CopiedDay copy={copy} />}
      <div className="actions"><Button slot="close" className="primary" autoFocus>{say('close')}</Button></div>
    </>
  );
}

/** All runs of a copy, stop by stop, under the line that says how old it is. */
export function CopiedDay({ copy }: { copy: Copy }) {
  const age = Math.max(0, Math.round((Date.now() - copy.at) / 60_000));
  return (
    <div className="copied-day">
      <p className="note risk">{say('copy_age', { at: moment(copy.at), n: age })}</p>
      {copy.runs.map((run) => <CopiedRunTable key={run.run_id} run={run} />)}
    </div>
  );
}

function CopiedRunTable({ run }: { run: CopiedRun }) {
  return (
    <section>
      <h3>{run.driver} · {run.vehicle} · {spanOf(run.shift_from, run.shift_to)}</h3>
      <table>
        <tbody>{run.stops.map((stop, n) => (
          <tr key={n}>
            <th scope="row">{clock(stop.at)}</th>
            <td>{sayIfKnown(`stop_${stop.kind}`, stop.kind)}</td>
            <td><b>{stop.rider}</b>{stop.needs.length > 0 && ` (${stop.needs.join(', ')})`}</td>
            <td>{[...new Set([stop.place, stop.address])].filter(Boolean).join(', ')}</td>
          </tr>
        ))}</tbody>
      </table>
    </section>
  );
}
