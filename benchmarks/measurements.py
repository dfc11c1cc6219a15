"""
Run the benchmarks one after the other and write what they print to docs/measurements.md.

    ./dev run python -m benchmarks.measurements [--only apply,feed] [--out docs/measurements.md]

Nothing else should run on the machine meanwhile; the load at the start of each is printed. An hour and more.
With `--only`, the other parts of the file stay as they are.
"""

import argparse
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

DOCUMENT = Path(__file__).parent.parent / "docs" / "measurements.md"
_FAULTS = "tests.faults --long --only client,server,reply,partition,disk,clock,appliers"
_ALONE = "benchmarks.engine --rivals none"
# Without that Python, or without a rival in it, the section says so and has the others alone.
_RIVALS = "benchmarks.engine --rivals-python ../rivals/bin/python"
# Name, what it answers, the command.
PARTS = [
    ("apply", "What an apply costs beside the replaced ways and beside the floor", "benchmarks.apply"),
    ("phases", "Where the time of an apply goes", "benchmarks.phases"),
    ("appliers", "Several appliers on one day", "benchmarks.appliers"),
    ("load", "Loading a day", "benchmarks.load"),
    ("feed", "From commit to a thousand boards", "benchmarks.feed"),
    ("day", "A whole dispatch", "benchmarks.day"),
    ("exclusion", "What the exclusion constraint costs, by the way it is written", "benchmarks.exclusion"),
    ("roads", "Road times", "benchmarks.roads"),
    ("api", "The calls that a board makes most", "benchmarks.api"),
    ("console", "The board in a browser", "benchmarks.console"),
    ("workers", "Workers that die or freeze in the middle of a solve", "benchmarks.workers"),
    ("li_lim", "Li & Lim, ours alone", f"{_ALONE} --by-file --only li-lim-100 --seconds 10"),
    ("cordeau", "Cordeau, ours alone", f"{_ALONE} --by-file --only cordeau --seconds 10"),
    (
        "requests",
        "Dial-a-ride instances pr01 to pr10, a minute, one thread",
        f"{_ALONE} --by-file --only cordeau --names pr --seconds 60 --threads 1",
    ),
    (
        "li_lim_large",
        "Li & Lim, 200 and 400 customers, a minute, one thread",
        f"{_ALONE} --by-file --only li-lim-200,li-lim-400 --sample 1 --seconds 60 --threads 1",
    ),
    ("days", "Seeded days, beside the rivals", f"{_RIVALS} --only days --seconds 10"),
    (
        "more_days",
        "Five seeded days of 100 and 500 trips, beside the two best rivals",
        f"{_RIVALS} --only days --sample 2 --days 1,2,3,4,5 --seconds 10 --rivals vroom,ortools",
    ),
    (
        "rivals_rides",
        "Dial-a-ride, real requests, beside the rivals",
        f"{_RIVALS} --only cordeau,real --sample 4 --seconds 5 --threads 1",
    ),
    (
        "rivals",
        "Li & Lim, beside the rivals",
        f"{_RIVALS} --only li-lim-100,li-lim-400 --sample 1 --seconds 5 --threads 1",
    ),
    (
        "rivals_large",
        "Li & Lim, 1,000 customers, a minute, beside the rivals",
        f"{_RIVALS} --only li-lim-1000 --sample 1 --seconds 60 --threads 1",
    ),
    ("speed", "How soon a plan is there, how late, and how both grow", f"{_ALONE} --only first,scale"),
    ("soon", "What a plan at once costs beside that of a minute", f"{_ALONE} --only soon --seeds 1,2,3"),
    ("asked", "How long a plan takes to answer about a trip", f"{_ALONE} --only asked"),
    ("ablation", "What each part of the search is worth", "benchmarks.ablation --iterations 5000"),
    ("faults", "Kills, lost replies, appliers that compete: the long form", _FAULTS),
    ("backends", "Kills of the server's processes: the long form", "tests.faults --long --only backend"),
]
_HEAD = """# Measurements

Written by `./dev run python -m benchmarks.measurements`, never by hand. What each line means stands in the
module that prints it.
"""


def main() -> None:
    """Run the parts that were asked for and write the document."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--only", default=",".join(name for name, _, _ in PARTS))
    options.add_argument("--out", type=Path, default=DOCUMENT)
    chosen = options.parse_args()
    wanted = chosen.only.split(",")
    for name, title, command in PARTS:
        if name in wanted:
            print(f"{name}: python -m {command}", file=sys.stderr, flush=True)
            write(chosen.out, name, section(title, command))


def section(title: str, command: str) -> str:
    """Run one command; its output is the section, also when it fails."""
    began = datetime.now(UTC)
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        stdout=subprocess.PIPE, stderr=sys.stderr, text=True, check=False,
    )  # fmt: skip
    minutes = (datetime.now(UTC) - began).total_seconds() / 60
    ended = f"{began:%Y-%m-%d}, {minutes:.1f} min" + (
        "" if done.returncode == 0 else f", FAILED with exit code {done.returncode}"
    )
    return f"## {title}\n\n`./dev run python -m {command}` ({ended})\n\n```text\n{done.stdout.strip()}\n```\n"


def write(document: Path, name: str, text: str) -> None:
    """Replace one part of the document and keep the others."""
    parts = {}
    if document.exists():
        found = re.findall(r"<!-- (\w+) -->\n(.*?)(?=\n<!-- |\Z)", document.read_text(encoding="utf-8"), re.S)
        parts = {known: kept.strip() + "\n" for known, kept in found}
    parts[name] = text
    ordered = [f"<!-- {known} -->\n{parts[known]}" for known, _, _ in PARTS if known in parts]
    document.write_text("\n".join([_HEAD, *ordered]), encoding="utf-8")


if __name__ == "__main__":
    main()
