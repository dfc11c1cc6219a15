"""What became of a plan or of an undo: in words, and as an exit code."""

import sys
from collections.abc import Iterable, Iterator

import click

from estafette.domain.applied import Applied, Outcome, Standing, TripOutcome
from estafette.domain.counted import counted
from estafette.domain.undone import Undone
from estafette.edge.cli.naming import Names
from estafette.edge.cli.progress import say
from estafette.edge.cli.report import outcome_lines
from estafette.edge.cli.session import DONE, REFUSED

_FINE = (Outcome.APPLIED, Outcome.UNCHANGED)


def refused_trips(applied: Applied) -> list[TripOutcome]:
    """List the trips that are not as they were wanted."""
    return [trip for trip in applied.trips if trip.outcome not in _FINE]


def exit_code(applied: Applied) -> int:
    """Give 0 when every trip is as it was wanted, otherwise 1."""
    return REFUSED if refused_trips(applied) else DONE


def refuse_violations(found: list[str]) -> None:
    """End the command when the checker found something."""
    if found:
        say(f"the checker refuses this plan ({counted(len(found), 'violation')}); nothing was applied:")
        say("\n".join(f"  {line}" for line in found[:10]))
        sys.exit(REFUSED)


def applied_lines(applied: Applied, names: Names) -> Iterator[str]:
    """Say what an apply did, and each trip that it could not change."""
    number = f"apply {applied.applied_id}, " if applied.applied_id else ""
    counts = outcome_lines(applied.counts())
    yield f"{applied.service_on}: {number}{counts}; {counted(applied.notices, 'driver')} to be told"
    yield from trip_lines(refused_trips(applied), names)


def undone_lines(undone: Undone, names: Names) -> Iterator[str]:
    """Say what an undo did, and each trip that it could not restore."""
    if undone.applied is not None:
        yield from applied_lines(undone.applied, names)
        told = {trip.trip_id for trip in undone.applied.trips}
        yield from trip_lines((trip for trip in undone.in_the_way if trip.trip_id not in told), names)
        return
    yield f"apply {undone.undoes} cannot be taken back whole; nothing was changed. In the way:"
    yield from trip_lines(undone.in_the_way, names)
    yield f"to restore the others: estafette undo --apply {undone.undoes} --what-can"


def trip_lines(trips: Iterable[TripOutcome], names: Names) -> Iterator[str]:
    """Say of each trip what became of it and how it stands."""
    for trip in trips:
        detail = "" if trip.detail == "none" else f" ({trip.detail})"
        outcome = trip.outcome.replace("_", " ")
        yield f"  {names.trip(trip.trip_id)}: {outcome}{detail}{_stands(trip.standing, names)}"


def _stands(standing: Standing | None, names: Names) -> str:
    if standing is None:
        return ""
    if standing.run_id is None or standing.pickup_at is None or standing.dropoff_at is None:
        return f"; it is {standing.status} without a run"
    times = f"{names.clock(standing.pickup_at)}-{names.clock(standing.dropoff_at)}"
    return f"; it is {standing.status} on {names.run(standing.run_id)} at {times}"


def echo_lines(lines: Iterable[str]) -> None:
    """Print lines."""
    click.echo("\n".join(lines))
