// The board page: a snapshot, the events after it, and what they look like.

import { element } from './element.js';
import { Entrance, send } from './entrance.js';
import { Estimates } from './estimates.js';
import { fold, keepUnchanged, MissingEvents } from './fold.js';
import { Keys } from './keys.js';
import { Live } from './live.js';
import { Panel, Pool } from './side.js';
import { Timeline } from './timeline.js';
import { isLate, isLeftOver, isPlaced, isWillCall } from './trips.js';
import { chooseLanguage, loadWords } from './words.js';

const byId = (id) => document.getElementById(id);
const address = new URL(location.href);
address.hash = ''; // the token of a link goes no further
const FLASH_MS = 2500;
const SIGNED_OUT = 401;
const SOLVE_SILENT_AFTER_MS = 15000;
const HOUR_PX = [40, 52, 64, 84, 112, 150, 200];
const SKEW_WORTH_SAYING_MS = 30000;

const page = { board: null, shown: null, chosen: null, pointed: null, due: false, fetching: false, early: [] };

/** The board as it stands now, for tests and for the curious. */
export const currentBoard = () => page.board;

async function fetchJson(path) {
  const answer = await fetch(path);
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail), { status: answer.status, code: body.code });
  return body;
}

/** Come in, and ask whose board it is. Who is not signed in sees the entrance until they are. */
async function enter() {
  const language = chooseLanguage(address.searchParams.get('lang'), null, navigator.languages);
  const entrance = new Entrance(byId('entrance'), await loadWords(language, 'UTC'));
  await entrance.useLink();
  for (;;) {
    try {
      return await fetchJson('/api/v1/opening');
    } catch (error) {
      await entrance.letIn(error);
    }
  }
}

/** Whatever was refused: if that is because the session has ended, begin at the entrance. */
function sessionEnded(error) {
  if (error.status === SIGNED_OUT) location.reload();
}

async function signOut() {
  await send('/api/v1/sign-out').catch(sessionEnded);
  location.assign(location.pathname);
}

async function begin() {
  const opening = await enter();
  const asked = address.searchParams;
  page.day = asked.get('day') ?? opening.opens_on;
  page.words = await loadWords(
    chooseLanguage(asked.get('lang'), opening.company.language, navigator.languages), opening.company.zone,
  );
  page.estimates = new Estimates(() => fetchJson(`/api/v1/estimates?day=${encodeURIComponent(page.day)}`), showEstimates);
  page.timeline = new Timeline(byId('grid'), page.words, page.estimates);
  page.pool = new Pool(byId('pool'), byId('pool-heading'), page.words);
  page.panel = new Panel(byId('panel'), page.words, page.estimates);
  page.keys = new Keys(byId('grid'), { onChoose: (cell) => choose(cell.dataset.trip), onLeave: () => choose(null) });
  page.live = new Live({ cursor: () => page.board?.version ?? 0, onEvent: take, onReset: takeSnapshot, onRefused: lookAgain });
  if (asked.get('trip')) page.chosen = Number(asked.get('trip'));
  await takeSnapshot();
  frame(opening.company);
  listen();
  scrollToWork();
  setInterval(tick, 1000);
}

/** Take a fresh board, then follow from it: the way to begin is also the way to recover. */
async function takeSnapshot() {
  if (page.fetching) return;
  page.fetching = true;
  try {
    const fresh = await fetchJson(`/api/v1/board?day=${encodeURIComponent(page.day)}`);
    page.board = keepUnchanged(fresh, page.board);
    page.fetching = false;
    page.estimates.renew();
    show();
    page.live.open();
    page.early.splice(0).forEach(take);
  } catch (error) {
    page.fetching = false;
    sessionEnded(error);
    if (!page.board) throw error;
    setTimeout(takeSnapshot, 2000);
  }
}

/** The stream was refused, not lost: is it that the session has ended? */
function lookAgain() {
  fetchJson('/api/v1/opening').catch(sessionEnded);
}

function take(event) {
  // What another tab passes on while the board is on its way may be newer than that board.
  if (page.fetching) {
    page.early.push(event);
    return;
  }
  try {
    page.board = fold(page.board, event);
  } catch (error) {
    if (!(error instanceof MissingEvents)) throw error;
    takeSnapshot();
    return;
  }
  if (event.what.kind === 'solve_progressed' && event.what.service_on === page.day) {
    showSolve(event.what);
    return;
  }
  if (event.what.kind === 'assigned') page.estimates.renew();
  // A plan of 300 runs is 300 events: they are drawn together in one frame.
  if (page.due) return;
  page.due = true;
  requestAnimationFrame(() => {
    page.due = false;
    show();
  });
}

function show() {
  const { board, shown } = page;
  const focused = document.activeElement;
  const changed = page.timeline.show(board, shown);
  page.shown = board;
  if (shown) flash(changed);
  page.pool.show(board);
  showCounts();
  showPanel();
  byId('empty').hidden = board.runs.length > 0;
  page.timeline.showNow(page.live.now());
  page.keys.settle();
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
}

/** Say that driving times are estimates: above the board, on its rows and in the panel. */
function showEstimates() {
  const marked = page.board.runs.filter((run) => page.estimates.of(run.run_id));
  const driven = page.board.runs.filter((run) => run.pull_out_at);
  const all = marked.length > 0 && driven.every((run) => page.estimates.of(run.run_id) === 'all');
  byId('estimates').hidden = marked.length === 0;
  byId('estimates').textContent = page.words.say(all ? 'estimates_all' : 'estimates_some', { n: marked.length });
  page.timeline.nameRows();
  showPanel();
}

/** Say how far a solve is; one whose worker has gone silent is no longer spoken of. */
function showSolve({ state, placed, left_over, seconds }) {
  clearTimeout(page.solveEnds);
  byId('solve').hidden = state !== 'running';
  byId('solve').textContent = placed === null
    ? page.words.say('solve_begins')
    : page.words.say('solve_progress', { placed, trips: placed + left_over, s: Math.round(seconds) });
  page.solveEnds = setTimeout(() => { byId('solve').hidden = true; }, SOLVE_SILENT_AFTER_MS);
}

function flash(tripIds) {
  for (const tripId of tripIds) {
    const bar = page.timeline.bars.get(tripId);
    if (!bar) continue;
    bar.classList.add('changed');
    clearTimeout(bar.flashing);
    bar.flashing = setTimeout(() => bar.classList.remove('changed'), FLASH_MS);
  }
  if (tripIds.length) byId('spoken').textContent = page.words.say('changed', { n: tripIds.length });
}

function showCounts() {
  const count = (test) => page.board.trips.filter(test).length;
  const counts = [
    ['placed', count(isPlaced)], ['left_over', count(isLeftOver)], ['will_calls', count(isWillCall)],
    ['late', count((trip) => isLate(trip))],
  ];
  byId('counts').replaceChildren(
    ...counts.map(([name, n]) =>
      element('div', { 'data-count': name, 'data-some': n > 0 }, element('dt', {}, page.words.say(name)), element('dd', {}, String(n))),
    ),
  );
}

function showPanel() {
  const wanted = page.pointed ?? page.chosen;
  const trip = page.board.trips.find((one) => one.trip_id === wanted) ?? null;
  page.panel.show(page.board, trip);
  document.body.classList.toggle('has-trip', page.chosen !== null && trip !== null);
  page.timeline.choose(page.chosen);
  page.pool.choose(page.chosen);
}

function choose(tripId) {
  page.chosen = tripId ? Number(tripId) : null;
  page.pointed = null;
  if (page.chosen) address.searchParams.set('trip', page.chosen);
  else address.searchParams.delete('trip');
  history.replaceState(null, '', address);
  showPanel();
}

function point(event) {
  const tripId = event.target.closest?.('[data-trip]')?.dataset.trip;
  const pointed = tripId && !event.target.closest('#panel') ? Number(tripId) : null;
  if (pointed === page.pointed || event.target.closest?.('#panel')) return;
  page.pointed = pointed;
  showPanel();
}

function listen() {
  for (const kind of ['pointerover', 'focusin']) document.addEventListener(kind, point);
  document.addEventListener('click', (event) => {
    if (event.target.closest('.close')) choose(null);
    else if (event.target.closest('.bar, .open-trip')) choose(event.target.closest('[data-trip]').dataset.trip);
  });
  document.addEventListener('keydown', (event) => event.key === 'Escape' && choose(null));
  byId('day').addEventListener('change', (event) => event.target.value && location.assign(dayAddress(event.target.value)));
  byId('sign-out').addEventListener('click', signOut);
  byId('zoom-in').addEventListener('click', () => zoom(1));
  byId('zoom-out').addEventListener('click', () => zoom(-1));
}

function zoom(step) {
  const wanted = Number(address.searchParams.get('zoom') ?? 2) + step;
  const level = Math.min(Math.max(wanted, 0), HOUR_PX.length - 1);
  byId('grid').style.setProperty('--hour', `${HOUR_PX[level]}px`);
  if (step === 0) return;
  address.searchParams.set('zoom', level);
  history.replaceState(null, '', address);
}

function dayAddress(day) {
  const to = new URL(address);
  to.searchParams.set('day', day);
  to.searchParams.delete('trip');
  return to.href;
}

/** What stays the same while the page is open: words, names, the neighbouring days. */
function frame(company) {
  const { words, day } = page;
  document.documentElement.lang = words.language;
  document.title = `${words.day(day)} · ${company.name}`;
  byId('company').textContent = company.name;
  byId('day-label').textContent = words.day(day);
  byId('day').value = day;
  byId('day').setAttribute('aria-label', words.say('day'));
  byId('runs-heading').textContent = words.say('runs');
  byId('grid').setAttribute('aria-label', words.say('runs'));
  byId('empty').textContent = words.say('empty_day');
  byId('sign-out').textContent = words.say('sign_out');
  const labels = { 'previous-day': 'previous_day', 'next-day': 'next_day', 'zoom-in': 'zoom_in', 'zoom-out': 'zoom_out' };
  for (const [id, name] of Object.entries(labels)) byId(id).setAttribute('aria-label', words.say(name));
  for (const [id, days] of [['previous-day', -1], ['next-day', 1]]) {
    byId(id).href = dayAddress(new Date(Date.parse(day) + days * 86400000).toISOString().slice(0, 10));
  }
  zoom(0);
}

function tick() {
  const { words, live } = page;
  live.check();
  const { name, ageS } = live.state();
  byId('live').dataset.state = name;
  byId('live-text').textContent = words.say(`stream_${name}`, { n: ageS });
  const skew = Math.abs(live.skewMs) > SKEW_WORTH_SAYING_MS;
  const banner = name === 'lost' ? 'lost_banner' : skew && 'skew_banner';
  byId('banner').hidden = !banner;
  if (banner) {
    const text = words.say(banner, { time: words.clock(live.now() - ageS * 1000), n: Math.round(live.skewMs / 1000) });
    if (byId('banner').textContent !== text) byId('banner').textContent = text;
  }
  page.timeline.showNow(live.now());
}

/** Begin where the work is: now, when it is today; else the first trip. */
function scrollToWork() {
  const scroller = byId('scroller');
  const line = page.timeline.nowLine;
  const first = scroller.querySelector('.bar');
  const target = line.hidden ? first : line;
  if (target) scroller.scrollLeft = Math.max(0, target.offsetLeft - scroller.clientWidth / 3);
}

begin().catch((error) => {
  byId('banner').hidden = false;
  byId('banner').textContent = error.message;
});
