// The page where people sign in: by the link that it was opened with, or by the form; then on to the board.

import { Entrance } from './entrance.js';
import { chooseLanguage, loadWords } from './words.js';

// Who has a page of their own, and no board.
const PAGES = { driver: '/driver', institution: '/institution' };

async function askFor(path) {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail), { status: answer.status, code: body.code });
  return body;
}

/** Give the page of who is signed in, well enough to see it. */
async function open() {
  const { user, must_enrol: mustEnrol } = await askFor('/api/v1/account');
  const own = PAGES[user?.role];
  if (own && !mustEnrol) return own;
  await askFor('/api/v1/opening');
  return '/';
}

async function begin() {
  const asked = new URL(location.href).searchParams.get('lang');
  const words = await loadWords(chooseLanguage(asked, null, navigator.languages));
  const entrance = new Entrance(document.getElementById('entrance'), words);
  await entrance.useLink();
  for (;;) {
    try {
      location.replace((await open()) + location.search);
      break;
    } catch (error) {
      await entrance.letIn(error);
    }
  }
}

begin();
