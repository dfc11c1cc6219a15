// The authenticator app: set up by scanning and typing its first code, taken off again; and the recovery codes.

import { ask } from '../api/ask';
import { el, type Child } from '../page/element';
import { qrCode } from '../page/qr';
import { handOver, renew } from './codes';
import { field, openForm } from './form';
import { prove } from './proof';
import type { Offered } from './records';
import { button, section, type Scene } from './scene';

export function appSection(scene: Scene): HTMLElement {
  const { say, facts: { user, ways, codes, passkeys } } = scene;
  const hasFactor = user.second_factor || passkeys.length > 0;
  return section(
    'app-part', say('app'), el('p', {}, say(user.second_factor ? 'app_on' : ways.app ? 'app_off' : 'app_none')), press(scene),
    hasFactor ? el('p', { id: 'codes-left' }, say.many('codes_left', codes)) : null,
    hasFactor ? button('codes-renew', say('codes_renew'), () => renew(scene)) : null,
  );
}

function press(scene: Scene): Child {
  const { say, facts: { user, ways } } = scene;
  if (user.second_factor) return button('app-drop', say('app_drop'), () => drop(scene), { class: 'plain risky' });
  return ways.app ? button('app-add', say('app_add'), () => add(scene)) : null;
}

function add(scene: Scene): void {
  const { say } = scene;
  prove<Offered>(scene, { title: say('app_add'), press: say('go_on'), path: '/account/second-factor', then: (offered) => confirm(scene, offered) });
}

function confirm(scene: Scene, { secret, address, qr }: Offered): void {
  const { say, done } = scene;
  const code = field('app-code', { inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 7 });
  openForm(say, { 'app-code': say('app_code') }, {
    title: say('app_add'), press: say('app_confirm'), fields: [code], own: { forbidden: say('trouble_code') },
    content: [
      el('p', {}, say('app_scan')), qrCode(qr, say('app_qr')),
      el('p', { class: 'secret' }, say('app_type'), ' ', el('code', { id: 'app-secret' }, secret.match(/.{1,4}/g)?.join(' ') ?? '')),
      el('p', {}, el('a', { href: address }, say('app_open'))),
    ],
    perform: async () => {
      const { codes } = await ask<{ codes: string[] }>('/account/second-factor/confirm', { method: 'POST', body: { code: code.value } });
      return () => {
        handOver(scene, codes);
        done(say('app_added'));
      };
    },
  });
}

function drop(scene: Scene): void {
  const { say, done } = scene;
  prove(scene, {
    title: say('app_drop'), press: say('app_drop'), path: '/account/second-factor/drop', risky: true, content: [el('p', {}, say('app_drop_lead'))],
    own: { conflict: say('trouble_last') }, then: () => done(say('app_dropped')),
  });
}
