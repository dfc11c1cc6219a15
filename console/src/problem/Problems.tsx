import { Button } from 'react-aria-components';

import { ask, Refused } from '../api/ask';
import type { RunCard } from '../api/records';
import { Icon } from '../look/Icon';
import { tell } from '../move/toast';
import { day } from '../store/day';
import { useStore } from '../store/store';
import { choose } from '../store/view';
import { goTo } from '../timeline/cursor';
import { clock, say } from '../words/board';
import './problem.css';

/** What drivers report, above the desk until somebody has seen to it. */
export function Problems() {
  const runs = useStore(day, (value) => value.board!.runs);
  const troubled = runs.filter((run) => run.problem);
  return (
    <section className="problems" aria-label={say('problems')} aria-live="assertive">
      {troubled.map((run) => <Problem key={run.run_id} run={run} />)}
    </section>
  );
}

function Problem({ run }: { run: RunCard }) {
  const { what, note, at } = run.problem!;
  return (
    <p data-run={run.run_id}>
      <Icon name="risk" />
      <span><b>{run.driver}</b> {say(`problem_${what}`)}{note && `: ${note}`} ({clock(at)})</span>
      <Button className="quiet" onPress={() => show(run)}>{say('problem_show')}</Button>
      <Button aria-label={say('problem_seen_of', { driver: run.driver })} onPress={() => void seeTo(run)}>{say('problem_seen')}</Button>
    </p>
  );
}

function show(run: RunCard): void {
  const tripId = run.problem?.trip_id ?? null;
  const known = tripId !== null && day.get().index?.trip.has(tripId);
  if (known) choose(tripId);
  goTo({ runId: run.run_id, tripId: known ? tripId : null });
}

async function seeTo(run: RunCard): Promise<void> {
  try {
    await ask(`/runs/${run.run_id}/problem/seen-to`, { method: 'POST' });
  } catch (error) {
    tell({ text: error instanceof Refused ? say('failed', { why: error.message }) : say('failed_offline'), bad: true });
  }
}
