// What went wrong, in the reader's words: the server's codes say what, the form says of which field.

import { Refused } from '../api/ask';
import type { Speech } from '../page/speech';
import type { words } from './words';

type Say = Speech<typeof words>;
/** A form's own word for each code that means something else in it. */
export type Own = Partial<Record<string, string>>;

/** The browser, or who sits at it, has not made a passkey. */
export class NoPasskey extends Error {}

export function troubleOf(say: Say, error: unknown, own: Own = {}): string {
  if (error instanceof NoPasskey) return say('trouble_no_passkey');
  if (!(error instanceof Refused)) return say('trouble_offline');
  if (own[error.code]) return own[error.code] ?? '';
  if (error.status === 401) return say('ended');
  if (error.code === 'too_many') return say('trouble_wait', { n: Math.max(1, Math.ceil(error.waitS / 60)) });
  return say('trouble_other', { why: error.message });
}
