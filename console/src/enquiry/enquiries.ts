// What institutions ask for in words: the open requests of all days, read anew when an event tells of one.

import { ask, query } from '../api/ask';
import type { Anchor, Event, Page, Spaces } from '../api/records';
import { tell } from '../move/toast';
import { makeStore } from '../store/store';
import { say, shortDay } from '../words/board';
import { notDone } from '../words/refused';

export interface Enquiry {
  enquiry_id: number;
  institution: string;
  rider_id: number | null;
  rider: string;
  service_on: string;
  anchor: Anchor;
  requested_at: string;
  origin: string;
  destination: string;
  returns: boolean;
  return_at: string | null;
  takes: Spaces;
  companions: number;
  note: string;
}

const MOST = 200;
const SETTLED_AFTER_MS = 200;
let soon = 0;

/** The open requests, and the one that somebody declines at this board. */
export const enquiries = makeStore<{ open: Enquiry[]; declining: Enquiry | null }>({ open: [], declining: null });

/** Read what is open; without an answer the list stays as it was. */
export async function readEnquiries(): Promise<void> {
  const { items } = await ask<Page<Enquiry>>(`/enquiries?${query({ state: 'asked', limit: MOST })}`);
  enquiries.change({ open: items.sort((a, b) => Date.parse(a.requested_at) - Date.parse(b.requested_at)) });
}

/** Follow the events: a request that comes in is said, whatever day is on the board. */
export function hearEnquiry({ what }: Event): void {
  if (what.kind !== 'enquired') return;
  if (what.state === 'asked') tell({ text: say('enquiry_came', { day: shortDay(what.service_on) }) });
  clearTimeout(soon);
  soon = window.setTimeout(() => void readEnquiries().catch(() => undefined), SETTLED_AFTER_MS);
}

/** Say no, with the reason that the institution reads. */
export async function decline(enquiry: Enquiry, reason: string): Promise<void> {
  enquiries.change({ declining: null });
  try {
    await ask(`/enquiries/${enquiry.enquiry_id}/decline`, { method: 'POST', body: { reason } });
    tell({ text: say('enquiry_declined', { institution: enquiry.institution }) });
  } catch (error) {
    tell({ text: notDone(error), bad: true });
  }
  await readEnquiries().catch(() => undefined);
}
