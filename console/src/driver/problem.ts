// Telling the dispatcher that something is wrong: what, in one tap, and a few words.

import { openDialog } from '../page/dialog';
import { el } from '../page/element';
import { PROBLEMS, type Problem } from './records';
import { isOfTrip } from './run';
import type { Scene } from './scene';

/** Ask what is wrong; `said` is called once it is told, with the trip that is at hand if it is about one. */
export function askProblem({ say, stop }: Scene, said: (problem: Problem, note: string, tripId: number | null) => void): void {
  const note = el('input', { id: 'problem-note', maxlength: 200, autocomplete: 'off', 'aria-describedby': 'problem-trouble' });
  const trouble = el('p', { class: 'trouble', role: 'alert', id: 'problem-trouble' });
  const choice = (problem: Problem) => el(
    'label', { class: 'choice' }, el('input', { type: 'radio', name: 'problem', value: problem, 'aria-describedby': 'problem-trouble' }), say(`problem_${problem}`),
  );
  const form = el(
    'form', { novalidate: true, onsubmit: submit }, el('fieldset', {}, el('legend', {}, say('problem_question')), ...PROBLEMS.map(choice)),
    el('label', { for: note.id }, say('problem_note'), note), trouble, el('button', { type: 'submit', class: 'main', id: 'problem-send' }, say('problem_send')),
  );
  const close = openDialog(say('problem_title'), say('close'), form);

  function submit(event: Event): void {
    event.preventDefault();
    const problem = PROBLEMS.find((one) => one === form.querySelector<HTMLInputElement>('input[name=problem]:checked')?.value);
    trouble.textContent = problem ? '' : say('problem_say');
    if (!problem) return form.querySelector<HTMLInputElement>('input[name=problem]')?.focus();
    close();
    said(problem, note.value.trim(), stop && isOfTrip(stop) ? stop.trip_id : null);
  }
}
