import { flushSync } from 'react-dom';

/** Go on to a field at once, also to one just asked for: what is typed next belongs there, however slow the machine. */
export function goOn(field: string): void {
  flushSync(() => undefined);
  document.querySelector<HTMLElement>(`#booking [name="${field}"]`)?.focus();
}
