// The offer that is being talked about is held: boards of others show it, and it ends by itself.

import { Holding } from '../presence/holds';
import { day } from '../store/day';
import { booking, dayOf } from './draft';
import { chosenOffer } from './trial';
import { instantOf } from './typed';

const SETTLED_AFTER_MS = 400;
const LEAST_S = 60;
const room = new Holding(SETTLED_AFTER_MS);

/** Hold what is chosen now, and nothing else. */
export function holdChosen(): void {
  const { open, draft, asking } = booking.get();
  if (open && asking) return; // what is offered may be of another day
  const offer = open ? chosenOffer(0) : null;
  const on = dayOf(draft);
  if (!offer || !on) return room.want(null);
  const start = Date.parse(instantOf(on, '00:00', day.get().board!.zone));
  const at = (second: number) => new Date(start + second * 1000).toISOString();
  const to = Math.max(offer.dropoff_s, offer.pickup_s + LEAST_S);
  room.want({ run_id: offer.run_id, from_at: at(offer.pickup_s), to_at: at(to) });
}
