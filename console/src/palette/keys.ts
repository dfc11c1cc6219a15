// Single keys, while the board has the focus; never in a field, never under a dialog.

import { moving } from '../move/moving';
import { view } from '../store/view';
import { keyInHand } from '../timeline/events';
import { shownRows } from '../timeline/shown';
import { allCommands, possible } from './commands';
import { paletteOpen } from './open';

const FIELDS = 'input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu]';

export function listenForKeys(): () => void {
  document.addEventListener('keydown', steer, true);
  document.addEventListener('keydown', press);
  return () => {
    document.removeEventListener('keydown', steer, true);
    document.removeEventListener('keydown', press);
  };
}

/** In move mode the keys are the hand's, wherever the focus is: it may have begun with a button. */
function steer(event: KeyboardEvent): void {
  // The buttons of the hint are pressed like any other.
  if (event.target instanceof Element && event.target.closest('.move-hint') && (event.key === 'Enter' || event.key === ' ')) return;
  if (moving.get().hand?.by !== 'keys' || !keyInHand(shownRows(), event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.altKey || event.isComposing) return;
  const found = allCommands().find((command) => command.key && means(command.key, event) && possible(command));
  if (!found || moving.get().hand) return;
  if (!found.key!.startsWith('Ctrl+') && !heard(event.target)) return;
  event.preventDefault();
  found.run();
}

/** Compare what the key writes, never where it lies: Z and Y change places from one country to the next. */
function means(key: string, event: KeyboardEvent): boolean {
  const held = event.ctrlKey || event.metaKey;
  if (key.startsWith('Ctrl+')) return held && event.key.toLowerCase() === key.slice('Ctrl+'.length);
  return !held && event.key === key;
}

function heard(target: EventTarget | null): boolean {
  if (!view.get().keys || paletteOpen.get().mode !== null) return false;
  return !(target instanceof Element) || target.closest(FIELDS) === null;
}
