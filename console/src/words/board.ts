// The words of the board: every part brings its own; here they become one way to speak.

import type { Anchor, Spaces, SpaceKind, TripCard } from '../api/records';
import { backupWords } from '../backup/words';
import { bookingWords } from '../booking/words';
import { enquiryWords } from '../enquiry/words';
import { filterWords } from '../filters/words';
import { headerWords } from '../header/words';
import { inspectorWords } from '../inspector/words';
import { liveWords } from '../live/words';
import { mapWords } from '../map/words';
import { moveWords } from '../move/words';
import { paletteWords } from '../palette/words';
import { phoneWords } from '../phone/words';
import { problemWords } from '../problem/words';
import { planWords } from '../plan/words';
import { poolWords } from '../pool/words';
import { presenceWords } from '../presence/words';
import { tableWords } from '../table/words';
import { timelineWords } from '../timeline/words';
import { filled, type Language, type Values } from './catalogue';
import { clockOf, type Clock, type Instant } from './clock';
import { refusalWords } from './refusals';
import { tripWords } from './trips';

const WORDS = {
  ...tripWords, ...refusalWords, ...timelineWords, ...poolWords, ...inspectorWords, ...headerWords, ...liveWords, ...moveWords,
  ...paletteWords, ...planWords, ...bookingWords, ...backupWords, ...filterWords, ...presenceWords, ...mapWords, ...phoneWords, ...problemWords, ...tableWords, ...enquiryWords,
};
type Words = typeof WORDS;
export type Word = keyof Words;
/** Words without blanks: those that may stand in a table. */
export type Plain = { [K in Word]: Values<Words[K]['en']> extends [] ? K : never }[Word];

let language: Language = 'en';
let times: Clock = clockOf('en', 'UTC');

/** Speak a language from now on, and tell times of a zone. */
export function speak(wanted: Language, zone: string): void {
  language = wanted;
  times = clockOf(wanted, zone);
  document.documentElement.lang = wanted;
}

export const spoken = (): Language => language;

export function say<K extends Word>(word: K, ...values: Values<Words[K]['en']>): string {
  return filled(WORDS[word][language], values[0]);
}

/** Say a word whose name comes from the server; what has no word yet is shown as it is. */
export function sayIfKnown(name: string, fallback: string): string {
  return name in WORDS ? (WORDS as Record<string, Record<Language, string>>)[name]![language] : fallback;
}

export const clock = (at: Instant | null | undefined): string => times.clock(at);
export const spanOf = (from: Instant, to: Instant): string => times.span(from, to);
export const dayText = (date: string): string => times.day(date);
export const shortDay = (date: string): string => times.shortDay(date);
export const moment = (at: Instant): string => times.moment(at);
export const number = (value: number, digits = 0): string => times.number(value, digits);

const KINDS: SpaceKind[] = ['seats', 'wheelchairs', 'stretchers'];

export function takes(spaces: Spaces): string {
  return KINDS.filter((kind) => spaces[kind] > 0)
    .map((kind) => (spaces[kind] === 1 ? say(`${kind}_one`) : say(`${kind}_other`, { n: spaces[kind] })))
    .join(', ');
}

export const layoutsText = (layouts: Spaces[]): string => layouts.map(takes).join(` ${say('or')} `);

const PROMISES = { arrive_by: 'promise_arrive_by', pickup_at: 'promise_pickup_at' } as const satisfies Record<Anchor, Word>;

/** The promise in one phrase: which end of the trip carries it, and between what times. */
export function promise(trip: Pick<TripCard, 'anchor' | 'promised_from' | 'promised_to'>): string {
  if (trip.promised_from === null || trip.promised_to === null) return say('time_unknown');
  return say(PROMISES[trip.anchor], { span: spanOf(trip.promised_from, trip.promised_to) });
}
