import { memo, useMemo } from 'react';

import type { RunCard, RunEstimates } from '../api/records';
import { Icon, SpaceIcon } from '../look/Icon';
import { HeldRooms } from '../presence/Held';
import { linkPhone } from '../phone/phone';
import type { Index } from '../store/index';
import { holderOf, type Hold } from '../store/moments';
import { layoutsText, say, spanOf } from '../words/board';
import { percent, widthOf, type Axis } from './axis';
import { Bar, Slack } from './Bar';
import type { Cell } from './cursor';
import { Legs } from './Legs';
import type { Row } from './rows';
import type { Verdict } from '../move/verdict';

interface Props {
  row: Row;
  rowIndex: number;
  places: Index['place'];
  axis: Axis;
  hourPx: number;
  laneHeight: number;
  now: number;
  /** The cell of this row that Tab reaches. */
  tabStop: Cell | null;
  /** Trips of this row that are picked, changed, pending: as text, so that a row is drawn anew only for its own. */
  picked: string;
  changed: string;
  pending: string;
  estimates: RunEstimates | undefined;
  verdict: Verdict | undefined;
  over: boolean;
  shifts: ReadonlyMap<number, number> | null;
  holds: ReadonlyMap<number, Hold> | null;
}

const has = (list: string, tripId: number): boolean => list.includes(` ${tripId} `);

/** A driver's day as a row of the grid. */
export const RunRow = memo(function RunRow(props: Props) {
  const { rowIndex, verdict, over, ...day } = props;
  const { row, axis } = props;
  return (
    <div
      className="run" role="row" aria-rowindex={rowIndex} data-run={row.run.run_id} data-verdict={verdict?.kind}
      data-over={over || undefined} style={{ transform: `translateY(${row.top}px)`, height: `${row.height}px` }}
    >
      <RunLabel {...props} />
      <div className="track" role="presentation">
        <Day {...day} />
        {verdict?.at !== undefined && over && <Ghost verdict={verdict} axis={axis} />}
      </div>
    </div>
  );
});

/** What is on the run, which a move in hand leaves as it is: a verdict on each of the runs in sight draws no trip anew. */
const Day = memo(function Day(props: Omit<Props, 'rowIndex' | 'verdict' | 'over'>) {
  const { row, axis, laneHeight, tabStop } = props;
  return (
    <>
      <Behind run={row.run} axis={axis} />
      <Legs runId={row.run.run_id} trips={row.trips} axis={axis} />
      {row.trips.map((trip, n) => (
        <Slack key={`slack${trip.trip_id}`} trip={trip} axis={axis} lane={row.lanes[n]!} laneHeight={laneHeight} now={props.now} />
      ))}
      {row.trips.map((trip, n) => (
        <Bar
          key={trip.trip_id} trip={trip} places={props.places} axis={axis} hourPx={props.hourPx} lane={row.lanes[n]!}
          laneHeight={laneHeight} now={props.now} tabStop={tabStop?.tripId === trip.trip_id}
          picked={has(props.picked, trip.trip_id)} changed={has(props.changed, trip.trip_id)}
          pending={has(props.pending, trip.trip_id)} shift={props.shifts?.get(trip.trip_id)}
          holder={props.holds ? holderOf(props.holds, trip.trip_id) : undefined}
        />
      ))}
      <HeldRooms runId={row.run.run_id} axis={axis} />
    </>
  );
});

function RunLabel({ row, tabStop, estimates, verdict }: Props) {
  const { run, trips } = row;
  const estimated = estimates && (estimates.whole ? say('estimated_all') : say('estimated_some'));
  // A verdict on each of the runs in sight writes none of them anew.
  const label = useMemo(() => say('row_label', {
    driver: run.driver, vehicle: run.vehicle, layouts: layoutsText(run.layouts),
    shift: spanOf(run.shift_from, run.shift_to), trips: trips.length,
  }), [run, trips]);
  const stop = tabStop !== null && tabStop.tripId === null;
  return (
    <div
      className="label" role="rowheader" tabIndex={stop ? 0 : -1} title={estimated ?? layoutsText(run.layouts)}
      aria-label={[label, estimated, verdict?.text].filter(Boolean).join(', ')}
    >
      <span className="who">
        <span className="driver">{run.driver}{estimates && <i className="estimated" aria-hidden="true"> ≈</i>}</span>
        <span className="vehicle">{run.vehicle}</span>
      </span>
      <span className="offers">{offered(run).map((kind) => <SpaceIcon key={kind} kind={kind} />)}</span>
      <button
        type="button" className="link-phone" tabIndex={-1} aria-label={say('link_phone_of', { driver: run.driver })} title={say('link_phone')}
        onPointerDown={(event) => event.stopPropagation()} onClick={() => void linkPhone(run)}
      ><Icon name="phone" /></button>
      {verdict?.kind === 'ok' && <Icon name="done" />}
      {verdict?.kind === 'ask' && <Icon name="risk" />}
      {verdict?.kind === 'no' && <Icon name="no" />}
    </div>
  );
}

const offered = (run: RunCard) =>
  (['wheelchairs', 'stretchers'] as const).filter((kind) => run.layouts.some((layout) => layout[kind] > 0));

/** The shift and what the driver owes to rest, behind the trips. */
function Behind({ run, axis }: { run: RunCard; axis: Axis }) {
  return (
    <>
      <div className="shift" style={{ left: percent(axis, run.shift_from), width: widthOf(axis, run.shift_from, run.shift_to) }} />
      {run.breaks.map((rest) => (
        <div
          key={rest.start_at} className="rest" title={`${say('break')} ${spanOf(rest.start_at, rest.end_at)}`}
          style={{ left: percent(axis, rest.start_at), width: widthOf(axis, rest.start_at, rest.end_at) }}
        >
          <Icon name="cup" />
        </div>
      ))}
    </>
  );
}

/** Where the trip in hand would go. */
function Ghost({ verdict, axis }: { verdict: Verdict; axis: Axis }) {
  const { from, to } = verdict.at!;
  return <div className="ghost" style={{ left: percent(axis, from), width: widthOf(axis, from, to) }} aria-hidden="true" />;
}
