// From a day and a time on the clock of a zone to the instant.

const MINUTE_MS = 60_000;

/** By how much the clock of a zone is ahead of UTC at an instant. */
function aheadMs(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric',
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute')) - Math.floor(at / MINUTE_MS) * MINUTE_MS;
}

/** Looked up twice: the zone may stand otherwise at the first guess, on a day on which the clock is changed. */
export function instantOf(day: string, time: string, zone: string): string {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  const guess = wanted - aheadMs(wanted, zone);
  return new Date(wanted - aheadMs(guess, zone)).toISOString();
}
