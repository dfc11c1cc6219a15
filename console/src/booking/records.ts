// What the server says of a booking that is talked about; the names are those of docs/api/openapi.json.

import type { Anchor, Offer, Place, Spaces } from '../api/records';

export interface Found { kind: 'rider' | 'place' | 'trip' | 'driver'; id: number; ref: string; name: string; address?: string }

export interface UsualWay {
  origin_id: number;
  origin: string;
  destination_id: number;
  destination: string;
  direction: 'outbound' | 'return' | 'onward';
  anchor: Anchor;
  takes: Spaces;
  companions: number;
  purpose: string;
  last_on: string;
  last_at: string | null;
}

export interface RiderUsual {
  rider_id: number;
  ref: string;
  name: string;
  needs: string[];
  no_share: boolean;
  home: Place | null;
  ways: UsualWay[];
}

export interface TrueOffer extends Offer { extra_drive_s: number; extra_drive_m: number; slack_s: number }

export interface DraftClash {
  trip_id: number;
  ref: string;
  booking_id: number;
  promised_from: string;
  promised_to: string;
  origin: string;
  destination: string;
}

export interface DraftTrip { promised_from: string | null; promised_to: string | null; clashes: DraftClash[]; offers: TrueOffer[] }

export interface Booked { booking_id: number; ref: string; trips: { trip_id: number; direction: string; service_on: string }[] }
