// Asking for the password again before something that an open screen must not allow.

import { ask } from '../api/ask';
import type { Child } from '../page/element';
import { openForm, passwordField } from './form';
import type { Own } from './trouble';
import type { Scene } from './scene';

interface Asked<Body> {
  title: string;
  press: string;
  path: string;
  content?: Child[];
  risky?: boolean;
  own?: Own;
  then(answer: Body): void;
}

/** Send the password to a path, and go on with the answer; who has none is asked nothing but to go on. */
export function prove<Body>({ say, facts: { user } }: Scene, { title, press, path, content = [], risky = false, own = {}, then }: Asked<Body>): void {
  const password = passwordField();
  openForm(say, { password: say('password_again') }, {
    title, content, press, risky, fields: user.has_password ? [password] : [], own: { forbidden: say('trouble_password'), ...own },
    perform: async () => {
      const answer = await ask<Body>(path, { method: 'POST', body: { password: password.value } });
      return () => then(answer);
    },
  });
}
