"""What plans of files say, in the units of the file; and the commands of problem files."""

import json
from pathlib import Path
from typing import NamedTuple

import click
import msgspec

from estafette.domain.instance import Instance
from estafette.domain.plan import Plan, Violation
from estafette.edge.cli.session import errors_in_one_line
from estafette.exchange.instances.problem_file import problem_file, problem_schema
from estafette.exchange.instances.reading import read_instance
from estafette.exchange.whole_file import write_whole

# Rules whose size is a number of things; that of all others is a time.
_COUNTED = ("space", "skill", "no_share", "duplicate_trip", "duplicate_run", "max_changes")


class Figures(NamedTuple):
    """The figures of a plan; `distance` is in units of the file, or in metres."""

    trips: int
    vehicles: int
    distance: float
    distance_text: str


def figures_of(instance: Instance, plan: Plan) -> Figures:
    """Count what a plan uses."""
    distance = instance.distance(plan)
    said = f"{distance / 1000:.1f} km" if instance.xy is None else f"{distance:.4f}"
    return Figures(len(instance.problem.trips), sum(bool(run.stops) for run in plan.runs), distance, said)


def in_units(violation: Violation, instance: Instance) -> float:
    """Give the size of a violation in units of the file, in spaces or in things."""
    scaled = instance.scale > 1 and violation.rule not in _COUNTED
    return violation.by / instance.scale if scaled else violation.by


def violation_lines(found: list[Violation], instance: Instance) -> list[str]:
    """Say of each violation which rule, by how much, on which run, and for which trip."""
    refs = {trip.trip_id: trip.ref for trip in instance.problem.trips}
    lines = []
    for violation in found:
        where = [f"run {violation.run_id}"] if violation.run_id is not None else []
        if violation.trip_id is not None:
            ref = refs.get(violation.trip_id)
            where.append(f"trip {violation.trip_id}" + (f" ({ref})" if ref else ""))
        lines.append(
            f"{violation.rule} by {in_units(violation, instance):g}: {', '.join(where) or 'the plan'}"
        )
    return lines


@click.group()
def problem() -> None:
    """
    Work with problem files.

    \b
    Example: estafette problem schema
    """


@problem.command()
def schema() -> None:
    """
    Print the JSON schema of a problem file.

    \b
    Example: estafette problem schema > problem.schema.json
    """
    click.echo(json.dumps(problem_schema(), indent=2, ensure_ascii=False))


@problem.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Where to write.")
def convert(file: Path, out: Path) -> None:
    """
    Write a file of another format as a problem file, in seconds and metres of our own.

    \b
    Example: estafette problem convert lr104.txt --out lr104.json
    """
    with errors_in_one_line():
        instance = read_instance(file)
        write_whole(out, msgspec.json.format(problem_file(instance), indent=1))
    scaled = f", {instance.scale} of its units for one of the file" if instance.scale > 1 else ""
    click.echo(f"{file} ({instance.format}) is written to {out}{scaled}")
