// Asking the optimiser, watching it, stopping it, and applying what of its proposal a person accepts.

import { ask, query, Refused } from '../api/ask';
import type { Page, SolveState, Violation } from '../api/records';
import { tell } from '../move/toast';
import { remember } from '../move/change';
import { brokenRules } from '../move/verdict';
import { makeStore } from '../store/store';
import { view } from '../store/view';
import { say } from '../words/board';
import { notDone } from '../words/refused';
import type { PlannedRun } from './proposal';

export interface Solve {
  solve_id: number;
  state: SolveState;
  time_limit_s: number;
  cancel_asked: boolean;
  figures: { placed: number; left_over: number; seconds: number } | null;
  plan_id: number | null;
  trouble: string | null;
}

export interface PlanEntry {
  plan_id: number;
  at: string;
  actor: string;
  placed: number;
  left_over: number;
  travel_estimated: boolean;
  applies: { applied_id: number; at: string; actor: string; counts: Record<string, number> }[];
}

export interface Plan { runs: PlannedRun[]; left_over: { trip_id: number }[]; board_version: number }

interface Planning {
  open: boolean;
  solve: Solve | null;
  planId: number | null;
  plan: Plan | null;
  history: PlanEntry[];
}

export const planning = makeStore<Planning>({ open: false, solve: null, planId: null, plan: null, history: [] });

const ENDED = new Set<SolveState>(['done', 'stopped', 'cancelled', 'replaced', 'failed']);
const LOOK_AGAIN_MS = 700;

export const isUnderWay = (solve: Solve | null): boolean => solve !== null && !ENDED.has(solve.state);

export function openPlanning(): void {
  planning.change({ open: !planning.get().open });
  if (!planning.get().open) return;
  void tried(readHistory);
  void tried(goOnWatching);
}

async function readHistory(): Promise<void> {
  const { items } = await ask<Page<PlanEntry>>(`/plans?${query({ day: view.get().day, limit: 20 })}`);
  planning.change({ history: items });
}

/** A solve may be under way already: a colleague's, or one begun before this page was loaded anew. */
async function goOnWatching(): Promise<void> {
  if (isUnderWay(planning.get().solve)) return;
  const { items } = await ask<Page<Solve>>(`/solves?${query({ day: view.get().day, limit: 1 })}`);
  if (!items[0] || !isUnderWay(items[0])) return;
  planning.change({ solve: items[0] });
  await watch(items[0].solve_id);
}

/** Begin a solve of the day on the board; its plan is a proposal until somebody accepts it. */
export const solve = (seconds: number): Promise<void> => tried(async () => {
  const body = { service_on: view.get().day, time_limit_s: seconds };
  const made = await ask<Solve>('/solves', { method: 'POST', body });
  planning.change({ solve: made, plan: null, planId: null });
  await watch(made.solve_id);
});

async function watch(solveId: number): Promise<void> {
  for (;;) {
    const now = await ask<Solve>(`/solves/${solveId}`);
    planning.change({ solve: now });
    if (ENDED.has(now.state)) {
      if (now.plan_id !== null) await showPlan(now.plan_id);
      return readHistory();
    }
    await new Promise((again) => setTimeout(again, LOOK_AGAIN_MS));
  }
}

/** End it early: the best plan so far is kept. */
export const stop = (): Promise<void> => tried(async () => {
  await ask(`/solves/${planning.get().solve!.solve_id}/cancel`, { method: 'POST' });
});

export const showPlan = (planId: number): Promise<void> => tried(async () => {
  planning.change({ planId, plan: await ask<Plan>(`/plans/${planId}/content?fields=runs,left_over,board_version`) });
});

interface Applied { applied_id: number; trips: { outcome: string; trip_id: number }[] }

/** Apply a plan: all of it, or what concerns some runs or trips. */
export const accept = (part: { run_ids?: number[]; trip_ids?: number[] } = {}): Promise<void> => tried(async () => {
  const { planId } = planning.get();
  const applied = await ask<Applied>(`/plans/${planId}/apply`, { method: 'POST', body: part });
  const changed = applied.trips.filter((trip) => trip.outcome === 'applied').map((trip) => trip.trip_id);
  const refused = applied.trips.filter((trip) => !['applied', 'unchanged'].includes(trip.outcome)).length;
  remember({ what: { kind: 'planned', trips: changed }, appliedId: applied.applied_id });
  const text = refused ? say('plan_applied_partly', { n: changed.length, refused }) : say('plan_applied', { n: changed.length });
  tell({ text, undo: changed.length > 0, bad: refused > 0 && changed.length === 0 });
  await readHistory();
});

/** A part that cannot be driven by itself: which rules it would break. */
function refusedPart(error: unknown): string | null {
  if (!(error instanceof Refused) || error.code !== 'breaks_rules') return null;
  return say('plan_breaks', { rules: brokenRules(error.present as { violations: Violation[] }).join(', ') });
}

async function tried(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    tell({ text: refusedPart(error) ?? notDone(error), bad: true });
  }
}
