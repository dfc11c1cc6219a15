// The password: changed by who knows the present one, or set by who has none.

import { ask } from '../api/ask';
import { el } from '../page/element';
import { field, openForm, passwordField } from './form';
import { button, section, type Scene } from './scene';

export function passwordSection(scene: Scene): HTMLElement {
  const { say, facts: { user } } = scene;
  return section(
    'password-part', say('password'), el('p', {}, say(user.has_password ? 'password_lead' : 'password_none')),
    button('password-change', say(user.has_password ? 'password_change' : 'password_set'), () => change(scene)),
  );
}

function change({ say, facts: { user }, done }: Scene): void {
  const present = passwordField('password-now');
  const fresh = field('password-new', { type: 'password', autocomplete: 'new-password', maxlength: 128 });
  // Password managers keep what they find beside an address.
  const email = el('input', { type: 'email', autocomplete: 'username', value: user.email, hidden: true });
  openForm(say, { 'password-now': say('password_now'), 'password-new': say('password_new') }, {
    title: say(user.has_password ? 'password_change' : 'password_set'), content: [email, el('p', { class: 'quiet' }, say('password_rule'))],
    fields: user.has_password ? [present, fresh] : [fresh], press: say('save'),
    own: { forbidden: say('trouble_password'), invalid: say('trouble_weak') },
    perform: async () => {
      await ask('/account/password', { method: 'POST', body: { current: present.value, new: fresh.value } });
      return () => done(say('password_changed'));
    },
  });
}
