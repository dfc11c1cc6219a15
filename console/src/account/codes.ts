// Recovery codes: shown this one time, to be copied or written down.

import { openDialog } from '../page/dialog';
import { el } from '../page/element';
import { button, type Scene } from './scene';
import { prove } from './proof';

/** Hand codes over, where there are any. */
export function handOver({ say }: Scene, codes: string[]): void {
  if (!codes.length) return;
  const told = el('span', { role: 'status' });
  const copy = () => void navigator.clipboard.writeText(codes.join('\n')).then(() => (told.textContent = say('codes_copied')), () => undefined);
  openDialog(
    say('codes_title'), say('codes_kept'), el('p', {}, say('codes_lead')),
    el('ol', { class: 'codes' }, ...codes.map((code) => el('li', {}, el('code', {}, code)))),
    // Browsers give the clipboard to pages that came over HTTPS.
    navigator.clipboard ? button('codes-copy', say('codes_copy'), copy) : null, told,
  );
}

export function renew(scene: Scene): void {
  const { say, done } = scene;
  prove<{ codes: string[] }>(scene, {
    title: say('codes_renew'), press: say('codes_renew'), path: '/account/recovery-codes', content: [el('p', {}, say('codes_renew_lead'))],
    then: ({ codes }) => {
      handOver(scene, codes);
      done(say('codes_renewed'));
    },
  });
}
