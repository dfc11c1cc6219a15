// Dialogs: the browser's own, which keeps the focus inside, closes on Escape and gives the focus back.

import { el, type Child } from './element';

/** Show a dialog with its way out; gives what closes it. */
export function openDialog(title: string, closeWord: string, ...children: Child[]): () => void {
  const heading = el('h2', { id: 'dialog-title', tabindex: -1 }, title);
  const leave = el('button', { type: 'button', class: 'plain', id: 'dialog-close', onclick: () => dialog.close() }, closeWord);
  const dialog = el('dialog', { 'aria-labelledby': 'dialog-title', onclose: () => dialog.remove() }, heading, ...children, leave);
  document.body.append(dialog);
  dialog.showModal();
  heading.focus();
  return () => dialog.close();
}
