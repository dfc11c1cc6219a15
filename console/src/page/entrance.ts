// Coming in by a link that is good once: from the address, where a QR code puts it, or typed into a field.

import { ask } from '../api/ask';

export interface Welcome { company_id: number; user_id: number; must_enrol: boolean }

const TICKET = /(?:^|#)sign-in=([\w-]+)$/;

/** The token of a link or of what somebody has pasted of it; `null` where there is none. */
export function tokenOf(text: string): string | null {
  const found = TICKET.exec(text.trim())?.[1];
  return found ?? (/^\w[\w -]{6,80}$/.test(text.trim()) ? text.trim() : null);
}

/** Take the token out of the address before anything else can see it: it stands in no history and no log. */
export function takeToken(): string | null {
  const token = tokenOf(location.hash);
  if (token) history.replaceState(null, '', location.pathname + location.search);
  return token;
}

export const comeIn = (token: string): Promise<Welcome> =>
  ask<Welcome>('/sign-in/link', { method: 'POST', body: { token } });
