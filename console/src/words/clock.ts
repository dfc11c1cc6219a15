// Times and days as people read them: always in the company's zone, never in the browser's.

import type { Language } from './catalogue';

export const TAGS: Record<Language, string> = { en: 'en-GB', fr: 'fr-CH', de: 'de-CH', it: 'it-CH' };
const MINUTE_MS = 60_000;

export type Instant = string | number;
const parsed = new Map<string, number>();
const MOST_KEPT = 50_000;

/** Milliseconds since 1970. The board asks for the same few thousand instants again and again: parsing them was a third of its work. */
export const ms = (at: Instant): number => (typeof at === 'string' ? (parsed.get(at) ?? parse(at)) : at);

function parse(text: string): number {
  if (parsed.size > MOST_KEPT) parsed.clear();
  const at = Date.parse(text);
  parsed.set(text, at);
  return at;
}

export interface Clock {
  /** `10:42` */
  clock(at: Instant | null | undefined): string;
  /** `10:42–11:05` */
  span(from: Instant, to: Instant): string;
  /** `Wednesday 25 November` */
  day(date: string): string;
  /** `Wed 25 Nov` */
  shortDay(date: string): string;
  /** `25 Nov, 10:42` */
  moment(at: Instant): string;
  number(value: number, digits?: number): string;
}

export function clockOf(language: Language, zone: string): Clock {
  const tag = TAGS[language];
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options);
  const time = format({ timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const long = format({ timeZone: 'UTC', weekday: 'long', day: 'numeric', month: 'long' });
  const short = format({ timeZone: 'UTC', weekday: 'short', day: 'numeric', month: 'short' });
  const whole = format({ timeZone: zone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const clock = (at: Instant | null | undefined) => (at === null || at === undefined ? '' : time.format(ms(at)));
  return {
    clock,
    span: (from, to) => `${clock(from)}–${clock(to)}`,
    day: (date) => long.format(Date.parse(date)),
    shortDay: (date) => short.format(Date.parse(date)),
    moment: (at) => whole.format(ms(at)),
    number: (value, digits = 0) =>
      new Intl.NumberFormat(tag, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
  };
}

/** Whole minutes of a length in seconds, away from zero: 10 s late is one minute, not none. */
export const minutes = (seconds: number): number => Math.sign(seconds) * Math.ceil(Math.abs(seconds) / 60 - 0.01);
export const minutesBetween = (from: Instant, to: Instant): number => Math.round((ms(to) - ms(from)) / MINUTE_MS);
export const signed = (value: number): string => (value > 0 ? `+${value}` : value < 0 ? `−${-value}` : '0');
