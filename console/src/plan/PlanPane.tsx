import { useMemo, useState } from 'react';
import { Button } from 'react-aria-components';

import { Icon } from '../look/Icon';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { clock, say, sayIfKnown } from '../words/board';
import { ms } from '../words/clock';
import { choose } from '../store/view';
import { History } from './History';
import { accept, isUnderWay, openPlanning, planning, solve, stop } from './planning';
import { byRun, changesOf, type Change, type OfRun } from './proposal';

const SECONDS = [10, 30, 120];

/** The optimiser: ask it, watch it, and take of its proposal what is wanted. */
export function PlanPane() {
  return (
    <aside id="plan" className="inspector" data-open aria-label={say('plan')}>
      <header className="inspector-head">
        <h2>{say('plan')}</h2>
        <Button className="icon-button" aria-label={say('close')} onPress={openPlanning}><Icon name="no" /></Button>
      </header>
      <Asking />
      <Proposal />
      <History />
    </aside>
  );
}

function Asking() {
  const now = useStore(planning, (value) => value.solve);
  const [seconds, setSeconds] = useState(SECONDS[0]!);
  if (isUnderWay(now)) return <Progress />;
  return (
    <div className="asking">
      <div className="seconds" role="group" aria-label={say('plan_seconds')}>
        {SECONDS.map((each) => (
          <Button key={each} aria-pressed={each === seconds} className={each === seconds ? 'chosen' : ''} onPress={() => setSeconds(each)}>{say('plan_s', { n: each })}</Button>
        ))}
      </div>
      <Button className="primary" onPress={() => void solve(seconds)}>{say('plan_begin')}</Button>
      {now?.state === 'failed' && <p className="note late">{say('failed', { why: sayIfKnown(`trouble_${now.trouble}`, say('trouble_process_ended')) })}</p>}
    </div>
  );
}

function Progress() {
  const now = useStore(planning, (value) => value.solve)!;
  const told = useStore(day, (value) => (value.solve?.solve_id === now.solve_id ? value.solve : null));
  const seconds = told?.seconds ?? now.figures?.seconds ?? 0;
  const placed = told?.placed ?? now.figures?.placed ?? null;
  const left = told?.left_over ?? now.figures?.left_over ?? 0;
  const begins = say(now.state === 'waiting' ? 'solve_waits' : 'solve_begins');
  const text = placed === null ? begins : say('solve_progress', { placed, trips: placed + left, s: Math.round(seconds) });
  return (
    <div className="asking" role="status">
      <progress max={now.time_limit_s} value={Math.min(seconds, now.time_limit_s)} aria-label={say('solve_begins')} />
      <p>{text}</p>
      <Button isDisabled={now.cancel_asked} onPress={() => void stop()}>{say('plan_stop')}</Button>
    </div>
  );
}

/** What the plan would change on this board, and the ways to take it. */
function Proposal() {
  const plan = useStore(planning, (value) => value.plan);
  const index = useStore(day, (value) => value.index!);
  const start = useStore(day, (value) => value.board!.day_start_at);
  const changes = useMemo(() => (plan ? changesOf(plan.runs, index, ms(start)) : []), [plan, index, start]);
  if (!plan) return null;
  const count = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
  return (
    <section className="proposal" aria-labelledby="proposal-title">
      <h3 id="proposal-title">{say('plan_proposal')}</h3>
      {changes.length === 0 ? <p className="none">{say('plan_same')}</p> : (
        <>
          <p>{say('plan_counts', { gained: count('gained'), lost: count('lost'), moved: count('moved'), times: count('times') })}</p>
          <Button className="primary" onPress={() => void accept()}>{say('plan_accept_all')}</Button>
          <ul className="by-run">{byRun(changes, index).map((run) => <Run key={run.runId} run={run} />)}</ul>
        </>
      )}
    </section>
  );
}

function Run({ run }: { run: OfRun }) {
  const driver = useStore(day, (value) => value.index!.run.get(run.runId)?.driver ?? '');
  return (
    <li>
      <details>
        <summary><b>{driver}</b> <span className="count">{run.changes.length}</span></summary>
        <ul>{run.changes.map((change) => <Changed key={change.trip.trip_id} change={change} />)}</ul>
      </details>
      <Button aria-label={`${say('plan_accept')}: ${driver}`} onPress={() => void accept({ run_ids: [run.runId] })}>{say('plan_accept')}</Button>
    </li>
  );
}

function changeText({ kind, pickupBefore, pickupAfter }: Change, driver: string): string {
  const [before, after] = [clock(pickupBefore), clock(pickupAfter)];
  switch (kind) {
    case 'gained': return say('change_gained', { after });
    case 'lost': return say('change_lost', { driver, before });
    case 'moved': return say('change_moved', { driver, before, after });
    case 'times': return say('change_times', { before, after });
  }
}

function Changed({ change }: { change: Change }) {
  const from = useStore(day, (value) => (change.fromRun === null ? '' : (value.index!.run.get(change.fromRun)?.driver ?? '')));
  const { trip } = change;
  return (
    <li className="changed-trip">
      <button type="button" className="link" onClick={() => choose(trip.trip_id)}>{trip.ref}</button>
      <span>{changeText(change, from)}</span>
      <Button aria-label={`${say('plan_accept')}: ${trip.ref}`} onPress={() => void accept({ trip_ids: [trip.trip_id] })}><Icon name="done" /></Button>
    </li>
  );
}
