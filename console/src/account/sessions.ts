// Where one is signed in: each session can be ended, all others, or all of them.

import { ask } from '../api/ask';
import { openDialog } from '../page/dialog';
import { el } from '../page/element';
import { deviceOf } from './device';
import type { LoginSession } from './records';
import { button, section, type Scene } from './scene';
import { troubleOf } from './trouble';

export function sessionSection(scene: Scene): HTMLElement {
  const { say, facts: { sessions } } = scene;
  return section(
    'session-part', say('sessions'), el('p', {}, say('sessions_lead')), el('ul', { class: 'rows' }, ...sessions.map((one) => row(scene, one))),
    el(
      'div', { class: 'does' }, sessions.length > 1 ? button('end-others', say('end_others'), () => void endOthers(scene)) : null,
      button('sign-out', say('sign_out'), () => void signOut(scene)),
      button('sign-out-everywhere', say('sign_out_everywhere'), () => askEverywhere(scene), { class: 'plain risky' }),
    ),
  );
}

function row(scene: Scene, session: LoginSession): HTMLElement {
  const { say, clock } = scene;
  const { session_id: id, current } = session;
  const name = deviceOf(session.agent) || say('unknown_device');
  const facts = [say(`way_${session.way}`), say('since', { time: clock.moment(session.created_at) }), say('used', { time: clock.moment(session.used_at) })];
  return el(
    'li', { id: `session-${id}` },
    el('span', { class: 'what' }, el('strong', {}, name, current ? ` (${say('this_one')})` : ''), el('small', {}, facts.join(', '))),
    current ? null : button(`end-${id}`, say('end'), () => void end(scene, id), { 'aria-label': say('end_of', { name }) }),
  );
}

/** Do something to sessions; what is in the way is said where what was done is. */
async function attempt({ say, done, failed }: Scene, does: () => Promise<unknown>, said: string): Promise<void> {
  try {
    await does();
    done(said);
  } catch (error) {
    failed(troubleOf(say, error));
  }
}

const end = (scene: Scene, id: number) => attempt(scene, () => ask(`/account/sessions/${id}`, { method: 'DELETE' }), scene.say('ended_one'));
const leaveOthers = () => ask('/account/sessions', { method: 'DELETE' });
const endOthers = (scene: Scene) => attempt(scene, leaveOthers, scene.say('ended_others'));

async function signOut({ say, failed, left }: Scene, before: () => Promise<unknown> = async () => undefined): Promise<void> {
  try {
    await before();
    await ask('/sign-out', { method: 'POST', body: {} });
    left();
  } catch (error) {
    failed(troubleOf(say, error));
  }
}

function askEverywhere(scene: Scene): void {
  const { say } = scene;
  const confirm = () => {
    close();
    void signOut(scene, leaveOthers);
  };
  const close = openDialog(
    say('sign_out_everywhere'), say('keep'), el('p', {}, say('sign_out_everywhere_lead')),
    el('button', { type: 'button', class: 'main risky', id: 'everywhere-confirm', onclick: confirm }, say('sign_out_everywhere')),
  );
}
