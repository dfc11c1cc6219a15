// Setting up the second factor that a company asks for, before there is a board.

import { element } from './element.js';

/** Set up an authenticator app, and hand over the codes for when it is lost. */
export async function enrol(entrance, send) {
  const offered = await offer(entrance, send);
  const { codes } = await confirm(entrance, send, offered);
  await handOver(entrance, codes);
}

/** Ask for the secret; who has not just typed the password types it once more. */
async function offer(entrance, send) {
  const ask = (password) => send('/api/v1/account/second-factor', { password });
  if (entrance.password) {
    const { password } = entrance;
    entrance.password = null;
    return ask(password);
  }
  let offered = null;
  const field = entrance.field('password', 'sign_in_password', { type: 'password', autocomplete: 'current-password', required: true });
  await entrance.ask({ title: 'enrol', lead: 'enrol_again', button: 'enrol_go_on', fields: [field] }, async (given) => {
    offered = await ask(given.password);
  });
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
