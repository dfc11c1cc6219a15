"""Which driving times of a day are estimates, as its board says it."""

from collections.abc import Iterable

from estafette.domain.manifest import Manifest
from estafette.domain.plan import StopKind
from estafette.domain.record import Record


class RunEstimates(Record, frozen=True, kw_only=True):
    """
    A run planned with estimates: all its driving times, or those of the ways to some stops.

    `pickups` and `dropoffs` name those stops by the references of their trips, also where it is all of them.
    """

    run_id: int
    whole: bool
    pickups: tuple[str, ...]
    dropoffs: tuple[str, ...]


class DayEstimates(Record, frozen=True, kw_only=True):
    """The runs of a day with estimated driving times."""

    runs: tuple[RunEstimates, ...]


def estimates_of(manifests: Iterable[Manifest]) -> DayEstimates:
    """List the runs on which the way to any stop was planned with an estimate."""
    runs = (
        _estimates_of(manifest) for manifest in manifests if any(stop.estimated for stop in manifest.stops)
    )
    return DayEstimates(runs=tuple(runs))


def _estimates_of(manifest: Manifest) -> RunEstimates:
    def trips_at(kind: StopKind) -> tuple[str, ...]:
        return tuple(stop.trip_ref for stop in manifest.stops if stop.estimated and stop.kind is kind)

    return RunEstimates(
        run_id=manifest.run_id,
        whole=all(stop.estimated for stop in manifest.stops[1:]),
        pickups=trips_at(StopKind.PICKUP),
        dropoffs=trips_at(StopKind.DROPOFF),
    )
