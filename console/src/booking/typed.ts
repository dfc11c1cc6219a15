// Times, days and positions as people type them on the telephone.

import { CalendarDate, parseDate, parseDateTime, toZoned } from '@internationalized/date';

/** `930`, `9:30`, `9.30`, `9h30` and `9` are times; gives `09:30`, or `null`. */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})(?:\s*[:.h]\s*(\d{2})?|(\d{2}))?$/i.exec(text.trim());
  if (!found) return null;
  const [hour, minute] = [Number(found[1]), Number(found[2] ?? found[3] ?? 0)];
  return hour < 24 && minute < 60 ? `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}` : null;
}

/** Move a time by minutes, within its day. */
export function nudged(text: string, by: number): string {
  const time = readTime(text);
  if (time === null) return text;
  const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) + by;
  const within = Math.min(Math.max(minute, 0), 24 * 60 - 1);
  return `${String(Math.floor(within / 60)).padStart(2, '0')}:${String(within % 60).padStart(2, '0')}`;
}

/** `26`, `26.11`, `26/11/2026` and `+1` are days, the next of that name from a day on; gives `2026-11-26`, or `null`. */
export function readDay(text: string, from: string): string | null {
  const start = parseDate(from);
  const later = /^\+(\d{1,3})$/.exec(text.trim());
  if (later) return start.add({ days: Number(later[1]) }).toString();
  const found = /^(\d{1,2})(?:[./](\d{1,2})?(?:[./](\d{4})?)?)?$/.exec(text.trim());
  if (!found) return null;
  const [day, month, year] = [Number(found[1]), found[2] ? Number(found[2]) : null, found[3] ? Number(found[3]) : null];
  let wanted = new CalendarDate(year ?? start.year, month ?? start.month, 1).set({ day });
  if (wanted.day !== day || (month !== null && wanted.month !== month)) return null;
  if (year === null && wanted.compare(start) < 0) wanted = wanted.add(month === null ? { months: 1 } : { years: 1 });
  return wanted.toString();
}

export const dayTyped = (day: string): string => `${Number(day.slice(8))}.${Number(day.slice(5, 7))}.`;

/** The instant of a clock time in the company's zone. */
export const instantOf = (day: string, time: string, zone: string): string =>
  toZoned(parseDateTime(`${day}T${time}`), zone).toAbsoluteString();

/** `47.37, 8.54` as maps write it: latitude, then longitude. */
export function readPosition(text: string): { lat: number; lon: number } | null {
  const found = /^\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;\s]\s*(-?\d{1,3}(?:\.\d+)?)\s*$/.exec(text);
  if (!found) return null;
  const [lat, lon] = [Number(found[1]), Number(found[2])];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}
