import { memo, useEffect, useLayoutEffect, useMemo, useRef, useState, type FocusEvent, type KeyboardEvent, type MouseEvent, type RefObject } from 'react';

import type { TripCard } from '../api/records';
import { filters, isFiltering } from '../filters/filters';
import { hover, moving } from '../move/moving';
import type { Verdict } from '../move/verdict';
import { day } from '../store/day';
import type { Index } from '../store/index';
import { useStore } from '../store/store';
import { isLeftOver, isRequested, isWillCall } from '../store/trips';
import { choose, HOUR_PX, pick, view } from '../store/view';
import { cursor } from '../timeline/cursor';
import { runAt, tripAt } from '../timeline/events';
import { runsShown } from '../timeline/filter';
import { useMinute } from '../timeline/minute';
import { rowsOf } from '../timeline/rows';
import { showRows } from '../timeline/shown';
import { dayText, layoutsText, say, spanOf, type Plain } from '../words/board';
import { Line } from './Line';
import { rowCount, sectionOf, sectionsOf, tripAfter, type Section } from './sections';
import { useDrawn } from './sight';

const HEADS: Plain[] = ['table_trip', 'pickup', 'dropoff', 'from', 'to', 'takes', 'promised', 'table_state'];

/** The day as a table: the runs with their trips in order of time, then the trips that have none; the same keys and actions. */
export function Table() {
  const index = useStore(day, (value) => value.index!);
  const { filter, density, zoom, day: serviceOn, trip } = useStore(view, (value) => value);
  const more = useStore(filters, (value) => value);
  const now = useMinute();
  const hand = useStore(moving, (value) => value.hand);
  const runs = useMemo(() => runsShown(index, filter, now, more), [index, filter, now, more]);
  const rest = useMemo(() => [...index.trip.values()].filter((one) => isLeftOver(one) || isWillCall(one) || isRequested(one)), [index]);
  const sections = useMemo(() => sectionsOf(index, runs, rest), [index, runs, rest]);
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => showRows(rowsOf(index, runs, density, HOUR_PX[zoom]!).rows), [index, runs, density, zoom]);
  const { at, goTo, stop, kept } = useKeyboard(sections, pane, trip);
  const over = sections.find(({ run }) => run !== null && run.run_id === hand?.over);
  const { drawn, after } = useDrawn(sections, pane, [kept, hand?.by === 'keys' ? over : undefined]);
  useShown(pane, hand?.by === 'keys' ? (over?.key ?? null) : null);
  const walk = (event: KeyboardEvent) => {
    const to = event.altKey || event.ctrlKey || event.metaKey ? null : tripAfter(sections, tripAt(event.target), event.key);
    if (to === null) return;
    goTo(to);
    event.preventDefault();
  };
  return (
    <div className="table-pane" ref={pane}>
      <table className="day-table" aria-rowcount={rowCount(sections)} onClick={clicked} onKeyDown={walk} onFocus={at}>
        <caption>{say('table_caption', { day: dayText(serviceOn) })}</caption>
        <colgroup>{HEADS.map((head) => <col key={head} className={head} />)}</colgroup>
        <thead><tr aria-rowindex={1}>{HEADS.map((head) => <th key={head} scope="col">{say(head)}</th>)}</tr></thead>
        {drawn.flatMap(({ section, gap }) => [
          <Gap key={`before ${section.key}`} px={gap} />,
          <Part
            key={section.key} section={section} index={index} now={now} chosen={within(section, trip)} stop={within(section, stop)}
            verdict={section.run ? hand?.verdicts.get(section.run.run_id) : undefined} over={section === over}
          />,
        ])}
        <Gap px={after} />
      </table>
      {runs.length === 0 && <p className="empty">{filter || isFiltering(more) ? say('empty_filter') : say('empty_day')}</p>}
    </div>
  );
}

/** The trip, when it is one of the section's: other sections need not be drawn anew for it. */
const within = (section: Section, trip: number | null): number | null =>
  section.trips.some(({ trip_id }) => trip_id === trip) ? trip : null;

/** Room for what is out of sight. */
function Gap({ px }: { px: number }) {
  return px > 0 && <tbody className="gap" aria-hidden="true"><tr><td colSpan={HEADS.length} style={{ height: `${px}px` }} /></tr></tbody>;
}

interface OfSection {
  section: Section;
  index: Index;
  now: number;
  chosen: number | null;
  stop: number | null;
  verdict: Verdict | undefined;
  over: boolean;
}

const Part = memo(function Part({ section, index, now, chosen, stop, verdict, over }: OfSection) {
  const { run, trips, hasHead, row } = section;
  const first = row + (hasHead ? 1 : 0);
  return (
    <tbody data-section={section.key} data-run={run?.run_id} data-over={over || undefined} data-verdict={verdict?.kind}>
      {hasHead && (
        <tr className="of-run" aria-rowindex={row}>
          <th scope="rowgroup" colSpan={HEADS.length}>{run ? <OfRun section={section} verdict={verdict} /> : say('not_placed')}</th>
        </tr>
      )}
      {trips.length === 0 && <tr aria-rowindex={first}><td className="none" colSpan={HEADS.length}>{say('table_no_trips')}</td></tr>}
      {trips.map((trip: TripCard, n) => (
        <Line key={trip.trip_id} row={first + n} trip={trip} index={index} now={now} chosen={trip.trip_id === chosen} stop={trip.trip_id === stop} />
      ))}
    </tbody>
  );
}, isSame);

function OfRun({ section, verdict }: { section: Section; verdict: Verdict | undefined }) {
  const run = section.run!;
  return <>{run.driver} <small>{[run.vehicle, spanOf(run.shift_from, run.shift_to), layoutsText(run.layouts), verdict?.text].filter(Boolean).join(' · ')}</small></>;
}

/** An index is another after each event; a section is drawn anew only for its own trips. */
function isSame(a: OfSection, b: OfSection): boolean {
  const trips = a.section.trips.length === b.section.trips.length && a.section.trips.every((trip, n) => trip === b.section.trips[n]);
  return trips && a.section.run === b.section.run && a.section.row === b.section.row && a.now === b.now && a.chosen === b.chosen
    && a.stop === b.stop && a.verdict === b.verdict && a.over === b.over && a.index.place === b.index.place;
}

function clicked(event: MouseEvent): void {
  const { hand } = moving.get();
  if (hand?.by === 'keys') return hover(runAt(event.target) ?? hand.over);
  const trip = tripAt(event.target);
  if (trip === null) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) pick(trip);
  else choose(trip);
}

/**
 * The trip that the keyboard is on: one stop for Tab, whatever the length of the day, and always drawn.
 *
 * It follows the arrows, what the palette or stepping goes to, and a trip in hand that goes to another run, where it is another row.
 */
function useKeyboard(sections: Section[], pane: RefObject<HTMLElement | null>, chosen: number | null) {
  const [on, setOn] = useState<number | null>(null);
  const [asked, setAsked] = useState(0);
  const { cell, wanted } = useStore(cursor, (value) => value);
  const goTo = (trip: number | null) => {
    setOn(trip);
    setAsked((times) => times + 1);
  };
  useEffect(() => {
    if (wanted === 0 || !cell) return;
    goTo(cell.tripId ?? sections.find(({ run }) => run?.run_id === cell.runId)?.trips[0]?.trip_id ?? null);
  }, [wanted]); // only a wish moves the focus, not each new board
  const known = [on, chosen].map((trip) => (trip === null ? undefined : sectionOf(sections, trip)));
  const stop = (known[0] ? on : known[1] ? chosen : null) ?? sections.find(({ trips }) => trips.length > 0)?.trips[0]?.trip_id ?? null;
  const kept = known[0] ?? known[1];
  const focus = (trip: number | null) => pane.current?.querySelector<HTMLElement>(`button[data-trip="${trip}"]`)?.focus();
  useLayoutEffect(() => {
    if (asked > 0) focus(on);
  }, [asked]); // as above
  useEffect(() => {
    if (chosen !== null && document.activeElement === document.body) focus(chosen);
  }, [chosen, chosen === null ? null : sectionOf(sections, chosen)?.run?.run_id]);
  const at = ({ target }: FocusEvent) => setOn(tripAt(target));
  return { at, goTo, stop, kept };
}

/** Bring what the hand is over into sight. */
function useShown(pane: RefObject<HTMLElement | null>, key: string | null): void {
  useEffect(() => {
    if (key !== null) pane.current?.querySelector(`[data-section="${key}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [pane, key]);
}
