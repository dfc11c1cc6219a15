"""
The optimiser against its rivals, measured: tables on stdout, progress on stderr.

    python -m venv ../rivals && ../rivals/bin/pip install -r benchmarks/engine/requirements.txt
    ./dev run python -m benchmarks.engine --rivals-python ../rivals/bin/python [--only li-lim-100,days]

Every solver gets the same tasks in whole numbers, the same wall time and the same number of threads where it
can use them, each in a process of its own; building its model counts, starting Python and compiling ours do
not. Every answer is judged by one checker (`verify`) on the exact instance.

What a rival cannot express: for those without ride limits the windows are shaved, by one rule for all, so
that no ride can be too long; PyVRP has no breaks and is asked the days without them alone; breaks of the
rivals may be taken on the way, ours only where a stop is. A day costs its driving seconds and 3,600 for
each vehicle used, trips left over first, computed by the checker for all.

The value in a table is the seed in the middle; `+1v` is one vehicle more than the best known.
"""

import argparse
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks import machine
from benchmarks.engine import speed
from benchmarks.engine.asked import asked
from benchmarks.engine.contest import LI_LIM_SIZES, Settings, attempts, cases
from benchmarks.engine.solvers import OURS, RIVALS, Attempt, Solver
from benchmarks.engine.soon import soon
from benchmarks.engine.tables import Results, goals, losses, summary, table

CONTESTS = (*(f"li-lim-{size}" for size in LI_LIM_SIZES), "cordeau", "real", "days")
PARTS = (*CONTESTS, "first", "scale", "soon", "asked")


def main() -> None:
    """Run the parts that were asked for."""
    chosen = options().parse_args()
    rivals = present(wanted(chosen.rivals), chosen.rivals_python)
    settings = Settings(
        data=chosen.data, seconds=chosen.seconds, seeds=numbers(chosen.seeds), threads=chosen.threads, sample=chosen.sample,
        python=chosen.rivals_python, by_file=chosen.by_file, names=chosen.names,
        days=numbers(chosen.days),
    )  # fmt: skip
    print(machine.engine())
    found: list[Attempt] = []
    for part in expand(chosen.only.split(",")):
        print(f"\n{part}", flush=True)
        if part == "first":
            say(speed.first(settings.threads, chosen.most))
        elif part == "scale":
            say(speed.scale(settings.threads, chosen.most, settings.seconds))
        elif part == "soon":
            say(soon(settings))
        elif part == "asked":
            say(asked(settings.threads, settings.seconds))
        else:
            found += contest(part, (OURS, *rivals), settings)
    if chosen.json:
        chosen.json.write_bytes(msgspec.json.encode(found))


def options() -> argparse.ArgumentParser:
    """Describe the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--only",
        default="li-lim,cordeau,real,days,first,scale,soon,asked",
        help="parts; `li-lim` is all sizes",
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--seeds", default="1")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rivals-python", default=sys.executable, help="the Python that has the rivals")
    parser.add_argument(
        "--rivals", default="all", help="none, all, or names: " + ",".join(r.name for r in RIVALS)
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument(
        "--sample", type=int, default=0,
        help="instances of each class of Li & Lim, of cordeau, of real; sizes of days (0: the whole part)",
    )  # fmt: skip
    parser.add_argument("--names", default="", help="of cases: only those that begin so")
    parser.add_argument("--days", default="1", help="the seeds of the invented days of each size")
    parser.add_argument("--most", type=int, default=20_000, help="trips in `first` and `scale`")
    parser.add_argument(
        "--by-file", action="store_true", help="ours plans Li & Lim, Cordeau as the product reads their files"
    )
    parser.add_argument("--json", type=Path, help="write all attempts here")
    return parser


def numbers(listed: str) -> tuple[int, ...]:
    """Read numbers with commas between them."""
    return tuple(int(each) for each in listed.split(","))


def wanted(names: str) -> list[Solver]:
    """Give the rivals that were named; refuses names that are none."""
    if names in ("all", "none"):
        return list(RIVALS) if names == "all" else []
    unknown = set(names.split(",")) - {rival.name for rival in RIVALS}
    if unknown:
        sys.exit(f"no rival is called {', '.join(sorted(unknown))}")
    return [rival for rival in RIVALS if rival.name in names.split(",")]


def present(rivals: list[Solver], python: str) -> list[Solver]:
    """Keep the rivals that this Python can import; say which it cannot."""
    found = []
    for rival in rivals:
        trouble = trouble_with(rival, python)
        print(f"{rival.name}: " + (f"left out, {trouble}" if trouble else rival.says))
        if not trouble:
            found.append(rival)
    return found


def trouble_with(rival: Solver, python: str) -> str:
    """Say why a rival cannot be asked, if so."""
    try:
        done = subprocess.run(
            [python, "-c", f"import {rival.name}"], capture_output=True, text=True, check=False
        )
    except OSError as error:
        return f"{python} cannot be started ({error.strerror})"
    if done.returncode:
        return f"{python} cannot import it ({done.stderr.strip().splitlines()[-1]})"
    return ""


def expand(parts: list[str]) -> list[str]:
    """Replace `li-lim` by its sizes; refuses parts that are none."""
    flat = [
        each for part in parts for each in (CONTESTS[: len(LI_LIM_SIZES)] if part == "li-lim" else (part,))
    ]
    unknown = set(flat) - set(PARTS)
    if unknown:
        sys.exit(f"no part is called {', '.join(sorted(unknown))}: {', '.join(PARTS)}")
    return flat


def contest(part: str, solvers: tuple[Solver, ...], settings: Settings) -> list[Attempt]:
    """Let all solvers answer all cases of a part, and print what came of it."""
    met = list(cases(part, settings))
    found = [each for case in met for each in attempts(case, solvers, settings)]
    if met:
        print(
            f"{settings.seconds:g} s, seeds {len(settings.seeds)}, threads {settings.threads}, runs {len(found)}"
        )
        results = Results(met, found)
        say([*table(results), *summary(results), *losses(results), *goals(results, rivals=len(solvers) > 1)])
    return found


def say(lines: Iterator[str] | list[str]) -> None:
    """Print lines as they come."""
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    main()
