"""The documentation of problem files knows every field, and its example can be planned."""

import re
from pathlib import Path

import msgspec
import pytest

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import RunFacts
from estafette.domain.problem import Problem
from estafette.domain.weights import Weights
from estafette.exchange.instances.problem_file import ProblemFile, TravelTable, problem_instance
from estafette.planning.budget import Budget
from estafette.planning.check import violations
from estafette.planning.solve import solve

TEXT = (Path(__file__).parents[2] / "docs" / "problem.md").read_text()
SECTIONS = {
    "The file": ProblemFile,
    "`problem`": Problem,
    "Trips": TripFacts,
    "Runs": RunFacts,
    "`travel`": TravelTable,
    "`weights`": Weights,
}


def section(title: str) -> str:
    found = re.search(rf"^##+ {title}\n(.*?)(?=^##|\Z)", TEXT, flags=re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("title", SECTIONS)
def test_every_field_is_documented_as_required_or_not(title: str) -> None:
    documented = dict(re.findall(r"^\| `(\w+)` \| (yes|no) \|", section(title), flags=re.MULTILINE))
    fields = msgspec.structs.fields(SECTIONS[title])
    assert documented == {field.name: "yes" if field.required else "no" for field in fields}


def test_the_example_can_be_planned() -> None:
    example = re.search(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    assert example is not None
    instance = problem_instance(example[1].encode(), "problem.md")
    plan = solve(instance.problem, instance.matrix, budget=Budget(iterations=10), weights=instance.weights)
    assert plan.left_over == ()
    assert violations(instance.problem, instance.matrix, plan) == []
