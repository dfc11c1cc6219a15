// Passkeys: made by the browser, named, removed.

import { ask } from '../api/ask';
import { el } from '../page/element';
import { handOver } from './codes';
import { deviceOf } from './device';
import { field, openForm, passwordField } from './form';
import { prove } from './proof';
import type { Passkey } from './records';
import { button, section, type Scene } from './scene';
import { NoPasskey } from './trouble';

const canMake = (): boolean => 'PublicKeyCredential' in window && 'parseCreationOptionsFromJSON' in PublicKeyCredential;

export function passkeySection(scene: Scene): HTMLElement {
  const { say, facts: { passkeys, ways } } = scene;
  const possible = ways.passkey && canMake();
  return section(
    'passkey-part', say('passkeys'), el('p', {}, say(possible ? 'passkey_lead' : ways.passkey ? 'passkey_old' : 'passkey_none')),
    passkeys.length ? el('ul', { class: 'rows' }, ...passkeys.map((one) => row(scene, one))) : null,
    possible ? button('passkey-add', say('passkey_add'), () => add(scene)) : null,
  );
}

function row(scene: Scene, passkey: Passkey): HTMLElement {
  const { say, clock } = scene;
  const { passkey_id: id, name } = passkey;
  const used = passkey.used_at ? say('used', { time: clock.moment(passkey.used_at) }) : say('never_used');
  return el(
    'li', {}, el('span', { class: 'what' }, el('strong', {}, name), el('small', {}, say('made', { time: clock.moment(passkey.created_at) }), ', ', used)),
    button(`passkey-name-${id}`, say('rename'), () => rename(scene, passkey), { 'aria-label': say('rename_of', { name }) }),
    button(`passkey-remove-${id}`, say('remove'), () => remove(scene, passkey), { 'aria-label': say('remove_of', { name }), class: 'plain risky' }),
  );
}

const nameField = (value: string) => field('passkey-name', { value, maxlength: 120, autocomplete: 'off' });

function add(scene: Scene): void {
  const { say, facts: { user }, done } = scene;
  const name = nameField(deviceOf(navigator.userAgent));
  const password = passwordField();
  openForm(say, { 'passkey-name': say('passkey_name'), password: say('password_again') }, {
    title: say('passkey_add'), press: say('passkey_make'), fields: user.has_password ? [password, name] : [name],
    own: { forbidden: say('trouble_password'), conflict: say('trouble_known_passkey') },
    perform: async () => {
      const { codes } = await make(password.value, name.value);
      return () => {
        handOver(scene, codes);
        done(say('passkey_added'));
      };
    },
  });
}

async function make(password: string, name: string): Promise<{ codes: string[] }> {
  const options = await ask<PublicKeyCredentialCreationOptionsJSON>('/account/passkeys/begin', { method: 'POST', body: { password } });
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  const made = await navigator.credentials.create({ publicKey }).catch(() => null);
  if (!(made instanceof PublicKeyCredential)) throw new NoPasskey();
  return ask('/account/passkeys', { method: 'POST', body: { name, credential: made.toJSON() } });
}

function rename({ say, done }: Scene, { passkey_id: id, name: before }: Passkey): void {
  const name = nameField(before);
  openForm(say, { 'passkey-name': say('passkey_name') }, {
    title: say('rename'), press: say('save'), fields: [name],
    perform: async () => {
      await ask(`/account/passkeys/${id}`, { method: 'PATCH', body: { name: name.value } });
      return () => done(say('passkey_renamed'));
    },
  });
}

function remove(scene: Scene, { passkey_id: id, name }: Passkey): void {
  const { say, done } = scene;
  prove(scene, {
    title: say('remove_of', { name }), press: say('remove'), path: `/account/passkeys/${id}/remove`, risky: true, content: [el('p', {}, say('passkey_remove_lead'))],
    own: { conflict: say('trouble_last') }, then: () => done(say('passkey_removed')),
  });
}
