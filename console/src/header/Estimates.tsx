import { day } from '../store/day';
import { useStore } from '../store/store';
import { say } from '../words/board';

/** Say that driving times are estimates, wherever they are. */
export function Estimates() {
  const estimates = useStore(day, (value) => value.estimates);
  const runs = useStore(day, (value) => value.board!.runs);
  const marked = runs.filter((run) => estimates.has(run.run_id));
  if (marked.length === 0) return null;
  const all = runs.filter((run) => run.pull_out_at).every((run) => estimates.get(run.run_id)?.whole);
  const words = all ? say('estimates_all') : say('estimates_some', { n: marked.length });
  return <p id="estimates" className="estimates" title={words}>≈ <span className="words">{words}</span></p>;
}
