import { Button } from 'react-aria-components';

import { useStore } from '../store/store';
import { moment, say } from '../words/board';
import { planning, showPlan } from './planning';

/** The plans of the day, the newest first: when, how many trips, whether applied. */
export function History() {
  const history = useStore(planning, (value) => value.history);
  const shown = useStore(planning, (value) => value.planId);
  if (history.length === 0) return null;
  return (
    <section className="plans" aria-labelledby="plans-title">
      <h3 id="plans-title">{say('plan_history')}</h3>
      <ul>
        {history.map((plan) => (
          <li key={plan.plan_id} data-shown={plan.plan_id === shown || undefined}>
            <span><b>{moment(plan.at)}</b> {say('plan_figures', { placed: plan.placed, left: plan.left_over })}</span>
            <small>{plan.applies[0] ? say('plan_applied_at', { time: moment(plan.applies[0].at) }) : say('plan_not_applied')}</small>
            <Button onPress={() => void showPlan(plan.plan_id)}>{say('plan_compare')}</Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
