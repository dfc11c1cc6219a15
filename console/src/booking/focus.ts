/** Go on to a field once it is drawn. */
export function goOn(field: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`#booking [name="${field}"]`)?.focus());
}
