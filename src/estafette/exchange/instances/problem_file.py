"""Our own file: a `Problem` with its travel times and its prices as one JSON object (`docs/problem.md`)."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Annotated, Any

import msgspec
import numpy as np

from estafette.domain.booking import TripFacts
from estafette.domain.error import Invalid
from estafette.domain.instance import Instance, InstanceFormat
from estafette.domain.problem import Problem
from estafette.domain.record import Record, encode
from estafette.domain.travel import PROFILE_STEP_S, TravelMatrix
from estafette.domain.weights import Weights
from estafette.exchange.instances.json_text import decode, refused_field
from estafette.exchange.instances.matrices import Table, square

Permille = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
Profile = Annotated[tuple[Permille, ...], msgspec.Meta(min_length=1)]


class TravelTable(Record, frozen=True, kw_only=True):
    """
    Travel between places: `durations_s[i][j]` and `distances_m[i][j]` from `place_ids[i]` to `place_ids[j]`.

    Durations are those at free flow. `profile_permille[m]` is the factor on them for a departure at the start
    of minute m of the service day, in thousandths; linear in between, and the last one holds from its minute
    on. `zones` has more such profiles, of as many minutes, for zones 1, 2, ...; `zone_of` is the zone of each
    place (left out: 0 for all, the first profile), and a leg takes the mean of those at its ends. `source`
    says to people where the times come from, `estimated` that it is not a road network.
    """

    place_ids: tuple[int, ...]
    durations_s: Table
    distances_m: Table
    profile_permille: Profile = (1000,)
    zones: tuple[Profile, ...] = ()
    zone_of: tuple[Annotated[int, msgspec.Meta(ge=0)], ...] = ()
    source: str = "file"
    estimated: bool = False


class ProblemFile(Record, frozen=True, kw_only=True):
    """Something to plan: the service day, the travel times between its places, what a plan costs."""

    problem: Problem
    travel: TravelTable
    weights: Weights = Weights()


def problem_schema() -> dict[str, Any]:
    """Give the JSON schema of a problem file."""
    return msgspec.json.schema(ProblemFile)


def problem_instance(content: bytes, file: str) -> Instance:
    """
    Read a problem file. A trip that cannot be served is no error: a plan leaves it over and says why.

    Raises
    ------
    Invalid
        A field is missing, unknown or of another type; a window or a shift ends before it starts; an id
        stands twice; the matrix is not square or does not know a place; leaving later would mean arriving
        earlier.
    """
    read = decode(content, ProblemFile, file)
    matrix = _matrix(read.travel, file)
    for found in _wrong(read.problem, matrix):
        raise Invalid(f"{file}: field problem.{found}")
    return Instance(InstanceFormat.PROBLEM, read.problem, matrix, read.weights)


def problem_file(instance: Instance) -> bytes:
    """Write any instance as a problem file."""
    matrix = instance.matrix
    elsewhere, *zones = (tuple(profile) for profile in matrix.profile_permille.tolist())
    travel = TravelTable(
        place_ids=tuple(matrix.place_ids.tolist()),
        durations_s=matrix.durations_s.tolist(),
        distances_m=matrix.distances_m.tolist(),
        profile_permille=elsewhere,
        zones=tuple(zones),
        zone_of=tuple(matrix.zone_of.tolist()) if zones else (),
        source=matrix.source,
        estimated=matrix.estimated,
    )
    return encode(ProblemFile(problem=instance.problem, travel=travel, weights=instance.weights))


def _matrix(travel: TravelTable, file: str) -> TravelMatrix:
    size = len(travel.place_ids)
    for place_id in _twice(travel.place_ids):
        raise refused_field(file, "travel.place_ids", "each place once", f"{place_id} twice")
    durations_s = square(travel.durations_s, size, file=file, field="travel.durations_s")
    _check_zones(travel, file)
    longest_s = int(durations_s.max(initial=0))
    _check_profile(travel.profile_permille, longest_s, "travel.profile_permille", file)
    for zone, profile in enumerate(travel.zones):
        _check_profile(profile, longest_s, f"travel.zones[{zone}]", file)
    return TravelMatrix(
        place_ids=np.array(travel.place_ids, dtype=np.int64),
        durations_s=durations_s,
        distances_m=square(travel.distances_m, size, file=file, field="travel.distances_m"),
        profile_permille=np.array([travel.profile_permille, *travel.zones], dtype=np.int32),
        zone_of=np.array(travel.zone_of or [0] * size, dtype=np.int64),
        source=travel.source,
        estimated=travel.estimated,
    )


def _check_zones(travel: TravelTable, file: str) -> None:
    """Every profile has the same minutes, and every place a zone that is there."""
    minutes = len(travel.profile_permille)
    for zone, profile in enumerate(travel.zones):
        if len(profile) != minutes:
            raise refused_field(file, f"travel.zones[{zone}]", f"{minutes} minutes", len(profile))
    if travel.zone_of and len(travel.zone_of) != len(travel.place_ids):
        expected = f"{len(travel.place_ids)} zones, one for each place"
        raise refused_field(file, "travel.zone_of", expected, len(travel.zone_of))
    for row, zone in enumerate(travel.zone_of):
        if zone > len(travel.zones):
            raise refused_field(file, f"travel.zone_of[{row}]", f"at most {len(travel.zones)}", zone)


def _check_profile(profile: tuple[int, ...], longest_s: int, field: str, file: str) -> None:
    """Leaving later must not mean arriving earlier: a limit on how steeply the profile falls."""
    for minute, (now, then) in enumerate(pairwise(profile), start=1):
        if (now - then) * longest_s > 1000 * PROFILE_STEP_S:
            least = now - 1000 * PROFILE_STEP_S // longest_s
            expected = f"at least {least}, or a later departure would arrive earlier"
            raise refused_field(file, f"{field}[{minute}]", expected, then)


def _wrong(problem: Problem, matrix: TravelMatrix) -> Iterator[str]:
    """Say what is wrong with each field."""
    known = set(matrix.row_of)
    yield from (
        f"trips: trip_id {each} stands twice" for each in _twice(trip.trip_id for trip in problem.trips)
    )
    yield from (f"runs: run_id {each} stands twice" for each in _twice(run.run_id for run in problem.runs))
    for k, trip in enumerate(problem.trips):
        for name in ("origin_id", "destination_id"):
            yield from _unknown(f"trips[{k}].{name}", getattr(trip, name), known)
        yield from (f"trips[{k}].{found}" for found in _wrong_trip(trip))
    for k, run in enumerate(problem.runs):
        yield from _unknown(f"runs[{k}].start_place_id", run.start_place_id, known)
        if run.end_place_id is not None:
            yield from _unknown(f"runs[{k}].end_place_id", run.end_place_id, known)
        yield from _backwards(f"runs[{k}].shift_to_s", run.shift_from_s, run.shift_to_s)
        if not run.layouts:
            yield f"runs[{k}].layouts: expected at least one layout"
        for b, rest in enumerate(run.breaks):
            yield from _backwards(f"runs[{k}].breaks[{b}].to_s", rest.from_s, rest.to_s)


def _wrong_trip(trip: TripFacts) -> Iterator[str]:
    yield from _backwards("pickup_to_s", trip.pickup_from_s, trip.pickup_to_s)
    yield from _backwards("dropoff_to_s", trip.dropoff_from_s, trip.dropoff_to_s)
    for name in ("pickup_dwell_s", "dropoff_dwell_s", "max_ride_s"):
        if (getattr(trip, name) or 0) < 0:
            yield f"{name}: expected a number from 0 on, found {getattr(trip, name)}"


def _unknown(field: str, place_id: int, known: set[int]) -> Iterator[str]:
    if place_id not in known:
        yield f"{field}: place {place_id} is not in travel.place_ids"


def _backwards(field: str, from_s: int, to_s: int) -> Iterator[str]:
    if to_s < from_s:
        yield f"{field}: expected at least {from_s}, where it starts, found {to_s}"


def _twice(ids: Iterable[int]) -> list[int]:
    return [each for each, times in Counter(ids).items() if times > 1]
