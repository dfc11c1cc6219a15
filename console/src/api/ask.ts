// Talking to the server: JSON in and out, problem details as one kind of error.

const PREFIX = '/api/v1';

/** What the server refused, with the stable code of why and how it stands now. */
export class Refused extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly present: unknown = null,
    readonly waitS = 0,
    /** The place in the body that is to blame, as RFC 6901 writes it. */
    readonly pointer = '',
  ) {
    super(message);
  }
}

interface How {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  /** The ETag that was seen; `*` for any. */
  seen?: string;
  signal?: AbortSignal;
  /** It is sent even though the page goes. */
  keepalive?: boolean;
  /** Named by who may send the same thing twice; each POST has one. */
  key?: string;
  /** Why it is done, in a person's words: it stands in the audit log. */
  why?: string;
  /** A POST that may happen twice: a question, or what ends by itself. */
  keyless?: boolean;
}

/** A name that nobody else uses; `randomUUID` is missing on plain HTTP from afar. */
export const anyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

let signedOut = (): void => undefined;
/** Say what happens when the server answers that nobody is signed in, or not well enough. */
export const whenSignedOut = (does: () => void): void => {
  signedOut = does;
};

/** A header takes bytes alone, each written as the letter of its number: UTF-8 for whoever reads them. */
const asBytes = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text));

function requestOf({ method = 'GET', body, seen, signal, key, why, keyless, keepalive = false }: How): RequestInit {
  const headers: Record<string, string> = {};
  if (method === 'POST' && !keyless) headers['Idempotency-Key'] = key ?? anyKey();
  if (method !== 'GET') headers['X-Estafette'] = 'board';
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (seen) headers['If-Match'] = seen;
  if (why) headers['X-Reason'] = asBytes(why);
  return {
    method,
    headers,
    keepalive,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  };
}

/** Ask, and give the answer's body; throws `Refused`, or `TypeError` when no server was reached. */
export async function ask<Body>(path: string, how: How = {}): Promise<Body> {
  const answer = await fetch(PREFIX + path, requestOf(how));
  const said: unknown = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.ok) return said as Body;
  const problem = (said ?? {}) as { detail?: string; code?: string; present?: unknown; pointer?: string };
  if (answer.status === 401 || problem.code === 'second_factor_demanded') signedOut();
  const waitS = Number(answer.headers.get('Retry-After') ?? 0);
  throw new Refused(problem.detail ?? answer.statusText, answer.status, problem.code ?? '', problem.present, waitS, problem.pointer ?? '');
}

export const query = (values: Record<string, string | number | undefined>): string =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  ).toString();
