// Coming in: by a link that is good once, by password, or by setting a password with the link of an invitation.

import { element } from './element.js';
import { enrol } from './enrolment.js';
import { canUsePasskeys, signInByPasskey } from './passkey.js';

const MINUTE_S = 60;
const SIGNED_OUT = 401;
// What says what to do next, not that something typed is wrong.
const NOT_WRONG = new Set(['second_factor_needed', 'passkey_needed', 'passkey_not_given']);

/** Ask the server to change something; gives the answer's body, or throws with its `status` and `code`. */
export async function send(path, body = {}) {
  const answer = await fetch(path, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
  });
  const told = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) {
    const waitS = Number(answer.headers.get('Retry-After'));
    throw Object.assign(new Error(told.detail), { status: answer.status, code: told.code, waitS });
  }
  return told;
}

/** Take the token out of the address before anything else can see it: it stands in no history and no log. */
function takeTicket() {
  const [purpose, token] = location.hash.slice(1).split('=');
  if (!token || !['sign-in', 'password', 'refused'].includes(purpose)) return null;
  history.replaceState(null, '', location.pathname + location.search);
  return { purpose, token };
}

// An issuer's no is not a wrong password.
const REFUSED = { not_signed_in: 'openid_refused' };

/** Go to another page; what follows happens there. */
const leaveFor = (path) => () => {
  location.assign(path);
  return new Promise(() => {});
};

export class Entrance {
  constructor(section, words) {
    this.section = section;
    this.words = words;
  }

  /** Ask once how people come in here, besides by password. */
  async ways() {
    this.known ??= await fetch('/api/v1/sign-in/ways').then((answer) => answer.json());
    return { ...this.known, passkey: this.known.passkey && canUsePasskeys() };
  }

  /** Use the link that the page was opened with, if any; the form shows what is in the way. */
  async useLink() {
    const ticket = takeTicket();
    if (ticket?.purpose === 'password') await this.setPassword(ticket.token);
    if (ticket?.purpose === 'refused') await this.signIn({ trouble: this.trouble({ code: REFUSED[ticket.token] ?? ticket.token }) });
    if (ticket?.purpose !== 'sign-in') return;
    try {
      await send('/api/v1/sign-in/link', { token: ticket.token });
    } catch (error) {
      const code = error.code === 'not_signed_in' ? 'link_used' : error.code;
      await this.signIn({ trouble: this.trouble({ ...error, code }) });
    }
  }

  /** Do what is in the way of somebody who was refused; throws what no form can help with. */
  async letIn(error) {
    if (error.status === SIGNED_OUT) await this.signIn();
    else if (error.code === 'second_factor_demanded') await enrol(this, send);
    else throw error;
  }

  /** Show the form until somebody has signed in. */
  async signIn({ email = '', trouble = '' } = {}) {
    const { passkey, openid } = await this.ways();
    const also = passkey ? [{ label: 'sign_in_passkey', perform: () => signInByPasskey(send) }] : [];
    if (openid) also.push({ label: 'sign_in_openid', values: { name: openid }, perform: leaveFor('/api/v1/sign-in/openid') });
    const fields = [
      this.field('email', 'sign_in_email', { type: 'email', autocomplete: 'username', value: email, required: true }),
      this.field('password', 'sign_in_password', { type: 'password', autocomplete: 'current-password', required: true }),
      this.field('code', 'sign_in_code', { autocomplete: 'one-time-code', maxlength: 32 }),
    ];
    fields[2].hidden = true;
    return this.ask({ title: 'sign_in', lead: 'sign_in_lead', button: 'sign_in', fields, trouble, also }, async (given) => {
      try {
        const { must_enrol: mustEnrol } = await send('/api/v1/sign-in', { email: given.email, password: given.password, ...(given.code ? { code: given.code } : {}) });
        // Setting up a second factor asks for it again; who has just typed it need not.
        this.password = mustEnrol ? given.password : null;
      } catch (error) {
        if (!['second_factor_needed', 'passkey_needed'].includes(error.code)) throw error;
        fields[2].hidden = false;
        fields[2].querySelector('input').required = error.code === 'second_factor_needed';
        throw Object.assign(error, { field: 'code' });
      }
    });
  }

  async setPassword(token) {
    const field = this.field('password', 'sign_in_new_password', {
      type: 'password', autocomplete: 'new-password', minlength: 12, maxlength: 128, required: true,
    });
    let email = '';
    const shape = { title: 'sign_in_set', lead: 'sign_in_set_lead', button: 'sign_in_save', fields: [field] };
    await this.ask(shape, async (given) => {
      try {
        ({ email } = await send('/api/v1/password', { token, password: given.password }));
      } catch (error) {
        throw error.code === 'not_signed_in' ? Object.assign(error, { code: 'link_used' }) : error;
      }
    });
    await this.signIn({ email });
  }

  field(name, label, attributes) {
    const input = element('input', { name, id: `entrance-${name}`, 'aria-describedby': 'entrance-trouble', ...attributes });
    return element('label', { for: `entrance-${name}` }, this.say(label), input);
  }

  /** Show a form and do what it asks until that has worked. */
  ask({ title, lead, button, fields = [], shown = [], also = [], trouble = '' }, perform) {
    const told = element('p', { class: 'trouble', id: 'entrance-trouble', role: 'alert' }, trouble);
    const press = element('button', { type: 'submit' }, this.say(button));
    const others = also.map(({ label, values }) => element('button', { type: 'button', class: 'other' }, this.say(label, values)));
    const form = element(
      'form', { 'aria-labelledby': 'entrance-title' }, element('h1', { id: 'entrance-title' }, this.say(title)),
      element('p', { class: 'lead' }, this.say(lead)), ...shown, told, ...fields, press, ...others,
    );
    this.section.replaceChildren(form);
    this.section.hidden = false;
    document.title = `${this.say(title)} · Estafette`;
    document.documentElement.lang = this.words.language;
    [...form.elements].find((one) => one.value === '')?.focus();
    return new Promise((done) => {
      const attempt = async (does) => {
        for (const each of [press, ...others]) each.disabled = true;
        told.textContent = '';
        try {
          await does();
          this.leave();
          done();
        } catch (error) {
          for (const each of [press, ...others]) each.disabled = false;
          this.show(form, told, error);
        }
      };
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        attempt(() => perform(Object.fromEntries(new FormData(form))));
      });
      others.forEach((other, n) => other.addEventListener('click', () => attempt(also[n].perform)));
    });
  }

  /** Say what is wrong where it is, and put the reader there. */
  show(form, told, error) {
    told.textContent = this.trouble(error);
    const at = form.elements[error.field ?? 'password'] ?? form.querySelector('input, button');
    for (const input of form.querySelectorAll('input')) input.removeAttribute('aria-invalid');
    if (!NOT_WRONG.has(error.code)) at.setAttribute('aria-invalid', 'true');
    at.focus();
    at.select?.();
  }

  trouble({ code, waitS }) {
    switch (code) {
      case 'second_factor_needed': return this.say('sign_in_code_needed');
      case 'passkey_needed': return this.say('sign_in_passkey_needed');
      case 'openid_refused': return this.say('sign_in_openid_refused');
      case 'passkey_not_given': return this.say('sign_in_passkey_not_given');
      case 'forbidden':
      case 'not_signed_in': return this.say('sign_in_wrong');
      case 'link_used': return this.say('sign_in_link_used');
      case 'invalid': return this.say('sign_in_weak');
      case 'too_many': return this.say('sign_in_wait', { n: Math.max(1, Math.ceil(waitS / MINUTE_S)) });
      default: return this.say('sign_in_unreachable');
    }
  }

  leave() {
    this.section.hidden = true;
    this.section.replaceChildren();
  }

  say(name, values) {
    return this.words.say(name, values);
  }
}
