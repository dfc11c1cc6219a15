import { spoken } from '../words/board';
import { TAGS } from '../words/clock';

/** A weekday in two or three letters, from 0 for Monday. */
export function weekdayShort(day: number): string {
  const monday = Date.UTC(2024, 0, 1);
  return new Intl.DateTimeFormat(TAGS[spoken()], { weekday: 'short', timeZone: 'UTC' }).format(monday + day * 86_400_000).replace('.', '');
}
