// What is said when the server refuses: words of our own for its codes, its own sentence where none fits.

import { Refused } from '../api/ask';
import { say, sayIfKnown } from './board';

/** Codes that mean the same to a person. */
const SAME: Record<string, string> = {
  idempotency_key_in_flight: 'busy', precondition_required: 'precondition_failed', service_unavailable: 'unavailable',
  bad_gateway: 'unavailable', gateway_timeout: 'unavailable', no_answer: 'unavailable',
};

export function reasonOf(refused: Refused): string {
  const code = SAME[refused.code] ?? refused.code;
  if (code === 'too_many') return say('refused_too_many', { n: Math.max(1, Math.ceil(refused.waitS)) });
  // A proxy's answer has no code.
  if (code === '' && refused.status >= 500) return say('refused_unavailable');
  const field = refused.pointer.split('/').at(-1);
  if (code === 'invalid' && field) return say('refused_invalid_field', { field: field.replaceAll('_', ' ') });
  return sayIfKnown(`refused_${code}`, refused.message.replace(/^\/\S*: /, ''));
}

/** Say in one line that something was not done, and why. */
export const notDone = (error: unknown): string =>
  error instanceof Refused ? say('failed', { why: reasonOf(error) }) : say('failed_offline');
