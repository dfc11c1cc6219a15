// Room on a run that is offered on the telephone: a hold forbids nothing, it shows, and it ends by itself.

import { ask } from '../api/ask';
import { disown, moments, type Hold } from '../store/moments';

const FOR_S = 60;
const AGAIN_AFTER_MS = 45_000;

type Room = NonNullable<Hold['room']>;

/** Room to be held for as long as it is wanted; another wish replaces it. */
export class Holding {
  private key = '';
  private id = 0;
  private timer = 0;

  constructor(private readonly settledAfterMs: number) {}

  want(room: Room | null): void {
    const key = room ? JSON.stringify(room) : '';
    if (key === this.key) return;
    this.key = key;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.renew(room), room ? this.settledAfterMs : 0);
  }

  private async renew(room: Room | null): Promise<void> {
    const before = this.id;
    this.id = 0;
    const id = room ? await taken(room) : 0;
    if (before) release(before);
    // Somebody may have wanted something else meanwhile.
    if (room && this.key !== JSON.stringify(room)) return release(id);
    this.id = id;
    if (room) this.timer = window.setTimeout(() => void this.renew(room), AGAIN_AFTER_MS);
  }
}

async function taken(room: Room): Promise<number> {
  try {
    const { hold_id } = await ask<{ hold_id: number }>('/holds', { method: 'POST', body: { room, for_s: FOR_S }, keyless: true });
    disown(hold_id);
    return hold_id;
  } catch {
    return 0; // others do not see it; what is booked is judged by the server all the same
  }
}

function release(id: number): void {
  if (id) ask(`/holds/${id}`, { method: 'DELETE' }).catch(() => undefined);
}

/** The room on a run that others are offering. */
export const roomsOn = (runId: number): Hold[] => [...moments.get().holds.values()].filter((hold) => hold.room?.run_id === runId);
