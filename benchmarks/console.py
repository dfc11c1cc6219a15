"""
The board in a browser: how soon it is there, how soon a change is seen, what a drag costs, how it scrolls, what it holds.

    ./dev run python -m benchmarks.console [--sizes 20x100,80x500,300x2000] [--runs 3]

A planned day (runs x trips) on the embedded database, a server process as `estafette serve` runs it, and the Chromium on
PATH, headless and without GPU, 1440 x 860 pixels. All share the machine. Each run is a browser profile of its own, whose cache is empty.

first bars: from the start of the navigation until the frame with the first bars of the timeline was painted. event to pixel: another
client takes a trip in sight off its run and puts it back; from the server's answer, and from the moment the request was sent,
until the frame that shows it. drag: from the pointer's move until the frame with the server's verdict and ripple: `taken up` for
the first run under the hand, where the pointer had rested on the trip for 250 ms before it was pressed, as a hand does, and
`pressed at once` where it had not; `next run` for those after it; `tinted` is the frame in which the page's own rules tint the runs,
before any answer. `exact` is the frame after which nothing more is asked of that run: an offer to take the trip is exact as it
comes; of a run that refuses it is asked what exactly would break, once the hand has rested 35 ms (`refusal exact`). scrolling: wheel
events, one after the other; frames and processor time of the page as Chromium counts them. memory: after all that, garbage collected:
the heap, and the whole process of the page (PSS, Linux). Medians and 95th percentiles over all runs; the spread is that of single runs.
"""

import argparse
import gzip
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import numpy as np
from playwright.sync_api import Browser, CDPSession, Page, ViewportSize, sync_playwright

from benchmarks.api import Planned, planned, serving
from benchmarks.machine import describe
from estafette.domain.account import Purpose
from estafette.edge.web.people import link_of
from estafette.flow.accounts.people import operators_link
from estafette.planning.warm import compile_kernels
from estafette.store.database import Database
from estafette.store.migrate import migrate
from estafette.store.server import Server, address, as_owner

BUILT = Path(__file__).parent.parent / "src" / "estafette" / "edge" / "console" / "built"
WATCH = (Path(__file__).parent / "console_watch.js").read_text(encoding="utf-8")
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chromium-headless-shell")
_QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
_VIEW = ViewportSize(width=1440, height=860)
_EVENTS = 30
_DRAGS = 14
_OVER = 4
_RESTS_MS = 250
_WHEELS = 90
_SETTLED_MS = 1500
# The board and what it needs to show itself, without the map.
_BOARD = ("board.html", "board.js", "board.css")
_GOALS = {
    "first bars, ms": "1500",
    "event to pixel, ms": "p95 150",
    "drag, tinted, ms": "p95 100",
    "drag, taken up, ms": "p95 100",
    "drag, next run, ms": "p95 100",
    "drag, exact, ms": "p95 100",
    "drag, refusal exact, ms": "p95 100",
    "whole page, MB": "250",
}


class Day(NamedTuple):
    """A planned day, the address of its board, and a session that has signed in."""

    on: date
    plan: Planned
    base: str
    session: Any

    @property
    def url(self) -> str:
        return f"{self.base}/?day={self.on}"


class Drags(NamedTuple):
    """Milliseconds until the server's verdict was seen, `asked` those of runs that refuse, and of its answers alone."""

    tinted: list[float]
    taken_up: list[float]
    at_once: list[float]
    next_run: list[float]
    exact: list[float]
    asked: list[float]
    options: list[float]
    validate: list[float]


def main() -> int:
    """Measure each size, and print what it took."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--sizes", default="20x100,80x500,300x2000", help="runs x trips")
    options.add_argument("--runs", type=int, default=3)
    chosen = options.parse_args()
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        print(f"no Chromium on PATH (looked for {', '.join(_NAMES)})")
        return 1
    compile_kernels(print)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = address(Path(folder), database_url=None, database="bench_console")
        migrate(server)
        browser = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        print(f"{describe(server.owner)}\nChromium {browser.version}, headless\n{_sizes_of_files()}")
        for size in chosen.sizes.split(","):
            runs, trips = map(int, size.split("x"))
            with served(server, browser, runs=runs, trips=trips) as day:
                print(f"\n{len(day.plan.run_ids)} runs, {len(day.plan.trip_ids)} trips on them", flush=True)
                report([measured(browser, day) for _ in range(chosen.runs)])
        browser.close()
    return 0


def _sizes_of_files() -> str:
    board = sum(len(gzip.compress((BUILT / name).read_bytes())) for name in _BOARD)
    picture = len(gzip.compress((BUILT / "Picture.js").read_bytes()))
    return f"gzip: board {board / 1000:.0f} KB (goal 450), map library and picture beside it {picture / 1000:.0f} KB"


@contextmanager
def served(server: Server, browser: Browser, *, runs: int, trips: int) -> Iterator[Day]:
    """Plan tomorrow for a new company, serve it, and sign in, for as long as the block lasts."""
    on = datetime.now(UTC).date() + timedelta(days=1)
    with Database(server) as database:
        plan = planned(database, trips=trips, drivers=runs, service_on=on)
        token = operators_link(database, plan.company_id, actor="bench")
    with as_owner(server) as connection:
        connection.execute("ANALYZE")
    with serving(server) as port:
        base = f"http://127.0.0.1:{port}"
        context = browser.new_context(viewport=_VIEW)
        page = context.new_page()
        page.goto(base + link_of(Purpose.SIGN_IN, token))
        page.wait_for_selector("#grid")
        session = context.storage_state()
        context.close()
        yield Day(on=on, plan=plan, base=base, session=session)


def measured(browser: Browser, day: Day) -> dict[str, list[float]]:
    """Do what a dispatcher does, once; gives what each thing took."""
    context = browser.new_context(viewport=_VIEW, storage_state=day.session, locale="en-GB")
    context.add_init_script(WATCH)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Performance.enable")
    try:
        page.goto(day.url)
        found = {"first bars, ms": [page.evaluate("() => watch.firstBars")]}
        page.wait_for_timeout(_SETTLED_MS)
        answered, sent = events(page, day)
        found |= {"event to pixel, ms": answered, "  since it was sent": sent}
        drag = drags(page)
        found |= {"drag, tinted, ms": drag.tinted, "drag, taken up, ms": drag.taken_up}
        found |= {"  pressed at once": drag.at_once, "drag, next run, ms": drag.next_run}
        found |= {"drag, exact, ms": drag.exact, "drag, refusal exact, ms": drag.asked}
        found |= {"  options answered": drag.options, "  move only asked": drag.validate}
        found |= scrolled(page, devtools)
        return found | _memory(browser, devtools)
    finally:
        context.close()


def events(page: Page, day: Day) -> tuple[list[float], list[float]]:
    """Let another client change trips in sight; gives milliseconds since the answers, and since the requests."""
    answered, sent = [], []
    trips = page.evaluate("count => watch.inSight(count)", _EVENTS // 2)
    with httpx.Client(base_url=f"{day.base}/api/v1", timeout=60) as client:
        client.headers["Authorization"] = f"Bearer {day.plan.key}"
        for trip_id, run_id in trips:
            taken = {"kind": "unassign", "trip_id": trip_id}
            put_back = {"kind": "assign", "trip_id": trip_id, "run_id": run_id}
            for there, change in ((False, taken), (True, put_back)):
                page.evaluate("given => watch.expect(...given)", [trip_id, run_id, there])
                body = {"service_on": day.on.isoformat(), "changes": [change], "force": True}
                key = f"bench-{time.monotonic_ns()}"
                began_at = time.time()
                done = client.post(
                    "/assignments", json=body, headers={"Idempotency-Key": key, "X-Reason": "measured"}
                )
                done_at = time.time()
                assert done.is_success, done.text
                seen_at = page.evaluate("() => watch.seen") / 1000
                answered.append((seen_at - done_at) * 1000)
                sent.append((seen_at - began_at) * 1000)
    return answered, sent


def drags(page: Page) -> Drags:
    """Drag trips over runs, and let go of them."""
    found = Drags(*([] for _ in Drags._fields))
    for each, (trip_id, _) in enumerate(page.evaluate("count => watch.inSight(count)", _DRAGS)):
        taken_up = found.at_once if each % 2 else found.taken_up
        box = page.locator(f'.bar[data-trip="{trip_id}"]').bounding_box()
        assert box is not None
        x = box["x"] + min(box["width"], 20) / 2
        page.mouse.move(x, box["y"] + box["height"] / 2)
        if taken_up is found.taken_up:
            page.wait_for_timeout(_RESTS_MS)
        page.mouse.down()
        rows = page.evaluate("given => watch.rowsFor(...given)", [trip_id, _OVER, x])
        for n, y in enumerate(rows):
            page.evaluate("() => watch.hover()")
            page.mouse.move(x, y)
            tinted, told, exact, validate, options = page.evaluate("() => watch.told")
            (found.next_run if n else taken_up).append(told)
            if not n:
                found.tinted.append(tinted)
            (found.asked if validate else found.exact).append(exact)
            found.validate.extend(validate)
            if not n:
                found.options.extend(options)
        page.keyboard.press("Escape")
        page.mouse.up()
    return found


def scrolled(page: Page, devtools: CDPSession) -> dict[str, list[float]]:
    """Turn the wheel down and up again; gives frames a second and milliseconds of processor time a second."""
    page.mouse.move(_VIEW["width"] / 2, _VIEW["height"] / 3)
    before = _metrics(devtools)
    page.evaluate("() => watch.countFrames()")
    for n in range(_WHEELS):
        page.mouse.wheel(0, 100 if n < _WHEELS / 2 else -100)
    frames, seconds, slowest = page.evaluate("() => watch.frames()")
    took = {name: (after - before[name]) * 1000 / seconds for name, after in _metrics(devtools).items()}
    return {
        "scrolling, frames/s": [frames / seconds],
        "  95th frame, ms": [slowest],
        "  scripting, ms/s": [took["ScriptDuration"]],
        "  style, layout, ms/s": [took["RecalcStyleDuration"] + took["LayoutDuration"]],
        "  page in all, ms/s": [took["TaskDuration"]],
    }


def _metrics(devtools: CDPSession) -> dict[str, float]:
    return {each["name"]: each["value"] for each in devtools.send("Performance.getMetrics")["metrics"]}


def _memory(browser: Browser, devtools: CDPSession) -> dict[str, list[float]]:
    devtools.send("HeapProfiler.collectGarbage")
    heap = _metrics(devtools)["JSHeapUsedSize"]
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    pages = [_pss_mb(int(each["id"])) for each in processes if each["type"] == "renderer"]
    return {"JS heap, MB": [heap / 1e6], "whole page, MB": [max(pages, default=0.0)]}


def _pss_mb(process: int) -> float:
    kept = Path(f"/proc/{process}/smaps_rollup")
    lines = kept.read_text(encoding="ascii").splitlines() if kept.exists() else []
    return next((int(line.split()[1]) / 1000 for line in lines if line.startswith("Pss:")), 0.0)


def report(runs: Sequence[dict[str, list[float]]]) -> None:
    """Print a line for each thing: median and 95th percentile of all, and the spread over the runs."""
    print(f"{'':<24}{'p50':>8}{'p95':>8}   of single runs{'':<9}goal")
    for name in runs[0]:
        single = [run[name] for run in runs]
        every = [value for values in single for value in values]
        if not every:
            continue  # no run refused
        goal = _GOALS.get(name, "")
        if len(single[0]) == 1:
            said = f"{statistics.median(every):8.1f}{'':8}   {_span(every)}"
        else:
            p50, p95 = np.percentile(every, [50, 95])
            said = f"{p50:8.1f}{p95:8.1f}   {_span([float(np.percentile(run, 95)) for run in single if run])}"
        print(f"{name:<24}{said:<40} {goal}".rstrip(), flush=True)


def _span(values: Sequence[float]) -> str:
    return f"({min(values):.1f}-{max(values):.1f})"


if __name__ == "__main__":
    sys.exit(main())
