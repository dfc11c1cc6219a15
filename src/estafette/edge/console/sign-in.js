// The page where people sign in: by the link that it was opened with, or by the form; then on to the board.

import { Entrance } from './entrance.js';
import { chooseLanguage, loadWords } from './words.js';

async function open() {
  const answer = await fetch('/api/v1/opening');
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail), { status: answer.status, code: body.code });
}

async function begin() {
  const asked = new URL(location.href).searchParams.get('lang');
  const words = await loadWords(chooseLanguage(asked, null, navigator.languages));
  const entrance = new Entrance(document.getElementById('entrance'), words);
  await entrance.useLink();
  for (;;) {
    try {
      await open();
      break;
    } catch (error) {
      await entrance.letIn(error);
    }
  }
  location.replace(`/${location.search}`);
}

begin();
