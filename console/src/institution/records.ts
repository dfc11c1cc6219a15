// What the server gives an institution (src/estafette/domain/ward.py).

import type { Status } from '../driver/records';

export interface Named { id: number; ref: string; name: string }

export interface Trip {
  trip_id: number;
  booking_id: number;
  rider_id: number;
  service_on: string;
  origin_id: number;
  destination_id: number;
  direction: 'outbound' | 'return' | 'onward';
  anchor: 'arrive_by' | 'pickup_at';
  requested_at: string | null;
  promised_from: string | null;
  status: Status;
  times: { pickup_at: string; dropoff_at: string } | null;
  version: number;
}

/** A request in words: what is not booked yet, or why it cannot be. */
export interface Asked {
  enquiry_id: number;
  rider: string;
  service_on: string;
  anchor: 'arrive_by' | 'pickup_at';
  requested_at: string;
  origin: string;
  destination: string;
  state: 'asked' | 'booked' | 'declined';
  reason: string;
  booking_id: number | null;
}

export interface Ward {
  institution: string;
  company: string;
  zone: string;
  days: string[];
  trips: Trip[];
  riders: Named[];
  places: Named[];
  enquiries: Asked[];
}

/** A will-call waits until somebody says, on its day, that the rider is ready. */
export const awaitsReady = (trip: Trip): boolean => trip.status === 'will_call';

/** Nobody drives it yet, or the driver is on the way: it can still be called off. */
export const canBeCancelled = (trip: Trip): boolean => ['requested', 'booked', 'will_call', 'en_route'].includes(trip.status);

export const isOver = (trip: Trip): boolean => ['completed', 'cancelled', 'no_show', 'missed', 'denied'].includes(trip.status);
