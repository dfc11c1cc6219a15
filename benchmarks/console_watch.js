// Looks at the board from within, frame by frame, for benchmarks/console.py. Times are the page's, in milliseconds.
(() => {
  // What is posted in a frame comes when that frame has been painted.
  const painted = (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = then;
    port2.postMessage(0);
  };
  const whenPainted = (isThere, clock) => new Promise((resolve) => {
    const look = () => (isThere() ? painted(() => resolve(clock())) : requestAnimationFrame(look));
    requestAnimationFrame(look);
  });
  const page = () => performance.now();
  const at = (selector) => document.querySelector(selector);
  const grid = () => at('#grid').getBoundingClientRect();
  const LABELS_PX = 220;
  const isInSight = (element) => {
    const [box, all] = [element.getBoundingClientRect(), grid()];
    return box.top > all.top + 34 && box.bottom < all.bottom - 4 && box.left > all.left + LABELS_PX && box.right < all.right;
  };
  const GRIP_PX = 10;
  const isOnTop = (bar) => {
    const box = bar.getBoundingClientRect();
    return document.elementFromPoint(box.left + Math.min(box.width / 2, GRIP_PX), box.top + box.height / 2)?.closest('.bar') === bar;
  };
  const NEVER_MS = 30_000;
  const shown = () => at('.move-hint')?.outerHTML ?? 'no trip in hand';
  const inTime = (wanted) => Promise.race([wanted, new Promise((_, fail) => setTimeout(() => fail(Error(`it was never seen: ${shown()}`)), NEVER_MS))]);
  const answers = (part) => performance.getEntriesByType('resource').filter(({ name, responseEnd }) => responseEnd > 0 && name.includes(part));

  let counting = 0;
  let stamps = [];
  window.watch = {
    firstBars: whenPainted(() => at('.bar'), page),

    /** Trips whose bars are in sight, with their runs; spread over what there is. */
    inSight(count) {
      const bars = [...document.querySelectorAll('.bar:not([data-lock="driver"])')].filter((bar) => isInSight(bar) && isOnTop(bar));
      const step = Math.max(1, Math.floor(bars.length / count));
      return bars.filter((_, n) => n % step === 0).slice(0, count)
        .map((bar) => [Number(bar.dataset.trip), Number(bar.closest('[data-run]').dataset.run)]);
    },

    /** Note when the bar of a trip is painted on its run, or no more. */
    expect(trip, run, there) {
      const isSo = () => (at(`[data-run="${run}"] .bar[data-trip="${trip}"]`) !== null) === there;
      watch.seen = inTime(whenPainted(isSo, Date.now));
    },

    /** The height of rows in sight that are not the trip's own and that the page does not refuse by itself. */
    rowsFor(trip, count, x) {
      const own = at(`.bar[data-trip="${trip}"]`).closest('[data-run]');
      const { takes } = estafette.board().trips.find(({ trip_id }) => trip_id === trip);
      const fits = (row) => estafette.board().runs.find(({ run_id }) => run_id === Number(row.dataset.run))
        .layouts.some((layout) => Object.keys(takes).every((kind) => !(kind in layout) || layout[kind] >= takes[kind]));
      const rows = [...document.querySelectorAll('.run')].filter((row) => row !== own);
      const [all, seen] = [grid(), (row) => row.getBoundingClientRect()];
      const middle = (row) => seen(row).top + seen(row).height / 2;
      // Buttons lie over the corner of the board.
      const isFree = (row) => document.elementFromPoint(x, middle(row))?.closest('.run') === row;
      return rows.filter((row) => fits(row) && isFree(row) && seen(row).top > all.top + 70 && seen(row).bottom < all.bottom - 50)
        .sort(() => Math.random() - 0.5).slice(0, count).map(middle);
    },

    /** Note what the next move of the pointer shows, from the time that it was made; a run that refuses is asked more. */
    hover() {
      const asked = answers('/assignments').length;
      watch.told = inTime(new Promise((resolve) => {
        addEventListener('pointermove', async ({ timeStamp }) => {
          const since = async (isThere) => (await whenPainted(isThere, page)) - timeStamp;
          const tinted = await since(() => at('.move-hint') !== null);
          const told = await since(() => ['ok', 'ask', 'no'].includes(at('.move-hint')?.dataset.kind));
          const exact = await since(() => at('.move-hint')?.ariaBusy === 'false');
          const durations = (part, from) => answers(part).slice(from).map(({ duration }) => duration);
          resolve([tinted, told, exact, durations('/assignments', asked), durations('/options', -1)]);
        }, { once: true, capture: true });
      }));
    },

    countFrames() {
      stamps = [];
      const stamp = (now) => {
        stamps.push(now);
        counting = requestAnimationFrame(stamp);
      };
      counting = requestAnimationFrame(stamp);
    },

    /** Frames, seconds, and the 95th percentile of the time between two. */
    frames() {
      cancelAnimationFrame(counting);
      const gaps = stamps.slice(1).map((now, n) => now - stamps[n]).sort((a, b) => a - b);
      return [gaps.length, (stamps.at(-1) - stamps[0]) / 1000, gaps[Math.floor(gaps.length * 0.95)]];
    },
  };
  performance.setResourceTimingBufferSize(5000);
})();
