"""The commands offers and why: questions about a plan of a file as it stands."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from estafette.domain.booking import TripFacts
from estafette.domain.instance import Instance
from estafette.domain.offer import Alternative, Offer, StopMove, Why
from estafette.domain.plan import Plan, RunRefusal
from estafette.domain.weights import Terms
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import errors_in_one_line, print_json
from estafette.exchange.instances.json_text import decode
from estafette.exchange.instances.reading import read_bytes, read_instance
from estafette.exchange.plan_file import read_plan
from estafette.planning.offers import offers as offers_of
from estafette.planning.standing import standing_of
from estafette.planning.why import why as why_of

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Read(NamedTuple):
    instance: Instance
    plan: Plan


def _read(problem_file: Path, plan_file: Path) -> _Read:
    return _Read(read_instance(problem_file), read_plan(plan_file))


@click.command()
@click.argument("problem", type=_FILE)
@click.argument("plan", type=_FILE)
@click.option(
    "--trip", required=True, metavar="FILE|ID",
    help="A new trip as a JSON file (a trip of docs/problem.md), or the id of one of the problem.",
)  # fmt: skip
@click.option("-k", "most", type=click.IntRange(1, 1000), default=3, show_default=True, help="Runs to offer.")
@json_option
def offers(problem: Path, plan: Path, trip: str, most: int, as_json: bool) -> None:
    """
    Say which runs of a plan could take one more trip, at what times and price, and whom that moves.

    A trip that is on a run already is offered as if it were on none.

    \b
    Example:
      estafette offers day.json plan.json --trip 42
      estafette offers day.json plan.json --trip call.json -k 5 --json
    """
    with errors_in_one_line():
        instance, made = _read(problem, plan)
        standing = standing_of(instance.problem, instance.matrix, instance.weights, made)
        found = offers_of(standing, _trip(trip), most)
    if as_json:
        print_json({"offers": found})
    else:
        lines = [line for offer in found for line in _offer_lines(instance, offer)]
        click.echo("\n".join(lines) or "no run can take the trip as the plan stands")


def _trip(named: str) -> TripFacts | int:
    if named.isdecimal():
        return int(named)
    return decode(read_bytes(Path(named)), TripFacts, named)


@click.command()
@click.argument("problem", type=_FILE)
@click.argument("plan", type=_FILE)
@click.option("--trip", "trip_id", type=int, required=True, metavar="ID", help="A trip of the problem.")
@json_option
def why(problem: Path, plan: Path, trip_id: int, as_json: bool) -> None:
    """
    Say why a trip is on its run: what it would cost more on each other run, or why it cannot be there.

    \b
    Example: estafette why day.json plan.json --trip 42
    """
    with errors_in_one_line():
        instance, made = _read(problem, plan)
        told = why_of(instance.problem, instance.matrix, instance.weights, made, trip_id)
    if as_json:
        print_json(told)
    else:
        click.echo("\n".join(_why_lines(instance, told)))


def _offer_lines(instance: Instance, offer: Offer) -> Iterator[str]:
    times = f"pick-up {_at(instance, offer.pickup_s)}, drop-off {_at(instance, offer.dropoff_s)}"
    yield f"run {offer.run_id} (driver {offer.driver_id})  {times}  costs {_price(instance, offer.terms)}"
    for move in offer.ripple:
        yield f"    {_move_line(instance, move)}"


def _move_line(instance: Instance, move: StopMove) -> str:
    what = str(move.kind).replace("_", "-") + (f" of trip {move.trip_id}" if move.trip_id is not None else "")
    later = "later" if move.by_s > 0 else "earlier"
    by = f"{_length(instance, abs(move.by_s))} {later}"
    return (
        f"{what} on run {move.run_id}: {_at(instance, move.before_s)} to {_at(instance, move.after_s)}, {by}"
    )


def _why_lines(instance: Instance, told: Why) -> Iterator[str]:
    where = "is on no run" if told.run_id is None else f"is on run {told.run_id}"
    yield f"trip {told.trip_id} {where}"
    for each in told.alternatives:
        yield f"  {_alternative_line(instance, each)}"
    for refusal in told.refusals:
        yield f"  run {refusal.run_id}: {_refusal(instance, refusal)}"


def _alternative_line(instance: Instance, other: Alternative) -> str:
    return f"run {other.run_id} (driver {other.driver_id}): costs {_price(instance, other.terms)} more"


def _refusal(instance: Instance, refusal: RunRefusal) -> str:
    if refusal.short_by is None:
        return str(refusal.reason)
    by = f"{refusal.short_by}" if refusal.reason == "space" else _length(instance, refusal.short_by)
    return f"{refusal.reason} by {by}"


def _price(instance: Instance, terms: Terms) -> str:
    """Say a price in driving, and what it is made of."""
    parts = {name: getattr(terms, name) for name in terms.__struct_fields__ if getattr(terms, name)}
    made_of = ", ".join(f"{name} {_driving(instance, cost)}" for name, cost in parts.items())
    return _driving(instance, terms.cost()) + (f" ({made_of})" if len(parts) > 1 else "")


def _driving(instance: Instance, cost: int) -> str:
    return _length(instance, round(cost / 100))


def _length(instance: Instance, seconds: int) -> str:
    """Say a length in minutes, or in units of a file that has its own."""
    return f"{seconds / 60:.1f} min" if instance.scale == 1 else f"{seconds / instance.scale:g}"


def _at(instance: Instance, at_s: int) -> str:
    """Say a moment as a clock does, or in units of a file that has its own."""
    if instance.scale != 1:
        return f"{at_s / instance.scale:g}"
    return f"{at_s // 3600:02}:{at_s // 60 % 60:02}"
