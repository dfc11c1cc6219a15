"""Small files in each format, and where the published ones are."""

import csv
from pathlib import Path

import pytest

from estafette.domain.instance import Instance
from estafette.domain.plan import Plan, Violation
from estafette.exchange.instances.reading import read_instance
from estafette.exchange.instances.solution_text import read_solution
from estafette.planning.check import violations
from estafette.planning.sequence import Visit, plan_of_sequences

PUBLISHED = Path(__file__).parents[3] / "shared" / "data"

# Two requests on the corners of a 3 by 4 rectangle with the depot.
LI_LIM = """\
5 10 1
0 0 0 0 0 100 0 0 0
1 3 0 5 0 50 1 0 3
2 0 4 2 0 50 1 0 4
3 3 4 -5 0 60 1 1 0
4 0 0 -2 0 60 1 2 0
"""

# The same requests; a ride lasts at most 8, a route at most 30.
CORDEAU = """\
2 2 30 10 8
0 0.0 0.0 0 0 0 100
1 3.0 0.0 1 5 0 50
2 0.0 4.0 1 2 0 50
3 3.0 4.0 1 -5 0 60
4 0.0 0.0 1 -2 0 60
5 0.0 0.0 0 0 0 100
"""


def read(tmp_path: Path, content: str, name: str = "file.txt") -> Instance:
    """Read a file with this content."""
    path = tmp_path / name
    path.write_text(content)
    return read_instance(path)


def checked(instance: Instance, solution: str) -> tuple[Plan, list[Violation]]:
    """Time the routes of a solution, and let the checker look at them."""
    routes = read_solution(solution, instance, file="solution")
    sequences = [[Visit(*stop) for stop in route.stops] for route in routes]
    plan = plan_of_sequences(instance.problem, instance.matrix, sequences)
    return plan, violations(instance.problem, instance.matrix, plan)


def published(folder: str) -> Path:
    """The folder of published instances; skips the test when it is not there."""
    if not (PUBLISHED / folder).is_dir():
        pytest.skip(f"../shared/data/{folder} is not here")
    return PUBLISHED / folder


def best_known(path: str) -> dict[str, dict[str, str]]:
    """The table of best known solutions by instance."""
    with (PUBLISHED / path).open() as file:
        return {row["instance"]: row for row in csv.DictReader(file)}
