// Setting up the second factor that a company asks for, before there is a board.

import { element } from './element.js';
import { makePasskey } from './passkey.js';

/** Set up a passkey or an authenticator app, and hand over the codes for when it is lost. */
export async function enrol(entrance, send) {
  const ways = await entrance.ways();
  const made = (ways.passkey ? await byPasskey(entrance, send, ways) : null)
    ?? await confirm(entrance, send, await offer(entrance, send));
  await handOver(entrance, made.codes);
}

/** Whoever has just typed the password need not type it again; nobody keeps it over a reload. */
function again(entrance) {
  if (entrance.password) return [];
  return [entrance.field('password', 'sign_in_password', { type: 'password', autocomplete: 'current-password', required: true })];
}

/** Offer to make a passkey; gives nothing when an app is wanted instead. */
async function byPasskey(entrance, send, ways) {
  let made = null;
  const shape = {
    title: 'enrol', lead: 'enrol_passkey_lead', button: 'enrol_passkey', fields: again(entrance),
    also: ways.app ? [{ label: 'enrol_app', perform: async () => {} }] : [],
  };
  await entrance.ask(shape, async (given) => {
    const password = entrance.password ?? given.password;
    made = await makePasskey(send, { password, name: navigator.platform || 'Passkey' });
  });
  return made;
}

/** Ask for the secret of an app. */
async function offer(entrance, send) {
  let offered = null;
  const ask = async (password) => { offered = await send('/api/v1/account/second-factor', { password }); };
  if (entrance.password) await ask(entrance.password);
  else {
    const shape = { title: 'enrol', lead: 'enrol_again', button: 'enrol_go_on', fields: again(entrance) };
    await entrance.ask(shape, (given) => ask(given.password));
  }
  entrance.password = null;
  return offered;
}

async function confirm(entrance, send, { secret, address }) {
  let taken = null;
  const shown = [
    element('p', { class: 'secret' }, element('code', {}, secret.match(/.{1,4}/g).join(' '))),
    element('p', {}, element('a', { href: address }, entrance.say('enrol_open'))),
  ];
  const field = entrance.field('code', 'sign_in_code', {
    inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: 7, required: true,
  });
  await entrance.ask({ title: 'enrol', lead: 'enrol_lead', button: 'enrol_take', fields: [field], shown }, async (given) => {
    try {
      taken = await send('/api/v1/account/second-factor/confirm', { code: given.code });
    } catch (error) {
      throw Object.assign(error, { field: 'code' });
    }
  });
  return taken;
}

function handOver(entrance, codes) {
  const list = element('ol', { class: 'codes' }, ...codes.map((code) => element('li', {}, element('code', {}, code))));
  return entrance.ask({ title: 'recovery', lead: 'recovery_lead', button: 'recovery_kept', shown: [list] }, async () => {});
}
