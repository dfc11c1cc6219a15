import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components';

import { useStore } from '../store/store';
import { say } from '../words/board';
import { linking, type PhoneLink } from './phone';
import './phone.css';

/** What a dispatcher shows a driver: the code to scan, and the letters to type instead. */
export function PhoneDialog() {
  const { run, link, trouble } = useStore(linking, (value) => value);
  return (
    <ModalOverlay className="overlay" isOpen={run !== null} isDismissable onOpenChange={() => linking.set({ run: null, link: null, trouble: '' })}>
      <Modal className="modal">
        <Dialog>
          <Heading slot="title">{say('link_phone_of', { driver: run?.driver ?? '' })}</Heading>
          {link ? <Shown link={link} /> : <p role="status">{trouble || say('link_phone_waits')}</p>}
          <div className="actions"><Button slot="close" className="primary" autoFocus>{say('close')}</Button></div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Shown({ link: { code, expires_in_s, qr } }: { link: PhoneLink }) {
  return (
    <>
      <p>{say('link_phone_lead', { n: Math.round(expires_in_s / 60) })}</p>
      <svg className="qr" viewBox={`0 0 ${qr.size} ${qr.size}`} role="img" aria-label={say('link_phone_qr')} shapeRendering="crispEdges"><path d={qr.path} /></svg>
      <p>{say('link_phone_code', { address: `${location.host}/driver` })}</p>
      <p className="phone-code"><code>{code}</code></p>
    </>
  );
}
