"""Travel times as data, and the protocol of whoever knows them."""

import hashlib
from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from estafette.domain.place import Place

Seconds = npt.NDArray[np.int32]
Metres = npt.NDArray[np.int32]

PROFILE_STEP_S = 60


class TravelMatrix:
    """
    Travel between places, by time of departure.

    Parameters
    ----------
    place_ids
        (n,) int64; the order of the rows and columns.
    durations_s : (n, n) int32, `[i, j]` = from i to j at free flow, not symmetric
    distances_m : (n, n) int32
    profile_permille
        (k,) or (z, k) int32; factor on the duration for a departure at the start of minute m of the
        service day, in thousandths, by zone; linear between minutes (a step of 1/1000 would already break
        FIFO for rides longer than 1000 s), and the last value holds from its minute on. A leg takes the
        mean of the zones at its two ends. Neighbouring minutes must differ so little that leaving later
        never means arriving earlier (FIFO): in each zone a fall of at most 60,000 / longest duration.
    source
        Where the times come from, for people: `estimate`, `roads:...`.
    estimated
        True when the times do not come from a road network; every plan repeats it.
    estimated_places
        Where the others are road times: the places that no road leads to, whose legs are estimates.
    zone_of
        (n,) the zone of each place, 0 to z - 1; without it all are in the first.
    """

    def __init__(  # noqa: PLR0913 - one for each column
        self,
        *,
        place_ids: npt.NDArray[np.int64],
        durations_s: Seconds,
        distances_m: Metres,
        profile_permille: npt.NDArray[np.int32],
        source: str,
        estimated: bool,
        estimated_places: Collection[int] = (),
        zone_of: npt.NDArray[np.int64] | None = None,
    ) -> None:
        n = len(place_ids)
        if durations_s.shape != (n, n) or distances_m.shape != (n, n):
            message = f"a matrix of {n} places needs shape ({n}, {n}), not {durations_s.shape}"
            raise ValueError(message)
        self.place_ids = place_ids
        self.durations_s = durations_s
        self.distances_m = distances_m
        self.profile_permille = np.atleast_2d(profile_permille)
        self.zone_of = np.zeros(n, np.int64) if zone_of is None else zone_of
        # As lists: single elements of these are asked for very often.
        self._of_zone: list[list[int]] = self.profile_permille.tolist()
        self._zone: list[int] = self.zone_of.tolist()
        self.source = source
        self.estimated = estimated
        self.estimated_places = tuple(sorted(estimated_places))
        self.row_of = {int(place_id): row for row, place_id in enumerate(place_ids)}

    def travel_s(self, origin_id: int, destination_id: int, depart_s: int) -> int:
        """Give the seconds from one place to another for a departure at `depart_s`."""
        origin, destination = self.row_of[origin_id], self.row_of[destination_id]
        free_flow_s: int = self.durations_s.item(origin, destination)
        here, there = self._of_zone[self._zone[origin]], self._of_zone[self._zone[destination]]
        now_s = depart_s if depart_s > 0 else 0
        minute = now_s // PROFILE_STEP_S
        if minute + 1 >= len(here):
            return free_flow_s * (here[-1] + there[-1]) // 2000
        second = now_s - minute * PROFILE_STEP_S
        now, then = here[minute] + there[minute], here[minute + 1] + there[minute + 1]
        weighted = now * (PROFILE_STEP_S - second) + then * second
        return free_flow_s * weighted // (2 * 1000 * PROFILE_STEP_S)

    def distance_m(self, origin_id: int, destination_id: int) -> int:
        """Give the metres from one place to another."""
        metres: int = self.distances_m.item(self.row_of[origin_id], self.row_of[destination_id])
        return metres

    def extends(self, other: "TravelMatrix") -> bool:
        """Tell whether the first places are all those of another matrix, and all is as there between them."""
        if self is other:
            return True
        n, names = len(other.place_ids), ("source", "estimated", "estimated_places")
        return (
            all(getattr(self, name) == getattr(other, name) for name in names)
            and np.array_equal(self.place_ids[:n], other.place_ids)
            and np.array_equal(self.profile_permille, other.profile_permille)
            and np.array_equal(self.zone_of[:n], other.zone_of)
            and np.array_equal(self.durations_s[:n, :n], other.durations_s)
            and np.array_equal(self.distances_m[:n, :n], other.distances_m)
        )

    def among(self, places: Sequence[Place]) -> "TravelMatrix":
        """Give the matrix of some of its places, in this order."""
        ids = [place.place_id for place in places]
        rows = [self.row_of[place_id] for place_id in ids]
        return TravelMatrix(
            place_ids=self.place_ids[rows],
            durations_s=self.durations_s[np.ix_(rows, rows)],
            distances_m=self.distances_m[np.ix_(rows, rows)],
            profile_permille=self.profile_permille,
            source=self.source,
            estimated=self.estimated,
            estimated_places=set(self.estimated_places).intersection(ids),
            zone_of=self.zone_of[rows],
        )

    def sha256(self) -> str:
        """Identify the matrix by its content: places, durations, distances, profiles by zone."""
        digest = hashlib.sha256(self.place_ids.astype("<i8").tobytes())
        for table in (self.durations_s, self.distances_m, self.profile_permille):
            digest.update(np.ascontiguousarray(table, dtype="<i4").data)
        if len(self.profile_permille) > 1:
            digest.update(self.zone_of.astype("<i8").tobytes())
        return digest.hexdigest()


class Path(NamedTuple):
    """The way of one leg: (k,) degrees in order of driving, seconds at free flow, metres."""

    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    duration_s: int
    distance_m: int
    estimated: bool


class Travel(Protocol):
    """Whoever knows travel times: an estimate, a road network in process, a server."""

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """Give the matrix between all `places`; raises `Unreachable` when a place has no way to it."""
        ...

    def path(self, origin: Place, destination: Place) -> Path:
        """Give the way from one place to another, for a map."""
        ...
