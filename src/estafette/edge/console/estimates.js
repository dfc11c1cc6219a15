// Which driving times are estimates. They come with the plan and not with events, so the page asks for them beside
// the board: once with each snapshot, and once more when runs have changed.

const SETTLED_AFTER_MS = 300;

export class Estimates {
  /** `ask()` gives what the server says; `onChange` is called when it says something else than before. */
  constructor(ask, onChange) {
    this.ask = ask;
    this.onChange = onChange;
    this.text = '';
    this.runs = new Map();
  }

  /** Ask soon: a plan of 300 runs is 300 events, and one question. */
  renew() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.take().catch(() => this.renewLater()), SETTLED_AFTER_MS);
  }

  renewLater() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.renew(), 10 * SETTLED_AFTER_MS);
  }

  async take() {
    const { runs } = await this.ask();
    const text = JSON.stringify(runs);
    if (text === this.text) return;
    this.text = text;
    this.runs = new Map(runs.map((run) => [run.run_id, run]));
    this.onChange();
  }

  /** `all`, `some` or nothing: how much of a run's driving is estimated. */
  of(runId) {
    const run = this.runs.get(runId);
    return run && (run.whole ? 'all' : 'some');
  }

  /** Tell whether the way to a stop of a trip is; `end` is `pickups` or `dropoffs`. */
  at(trip, end) {
    return this.runs.get(trip.run_id)?.[end].includes(trip.ref) ?? false;
  }
}
