"""Travel on a road network; estimates stand in for places that no road leads to, and are named."""

from collections.abc import Sequence

import numpy as np

from estafette.domain.place import Place
from estafette.domain.road_times import NO_WAY, RoadTimes, RoadTimesKept
from estafette.domain.travel import Path, TravelMatrix
from estafette.travel.estimate import EstimateTravel, refuse_positions
from estafette.travel.globe import positions
from estafette.travel.known_times import OFF_ROAD_M, KnownTimes, TimesOf
from estafette.travel.roads import Roads, Rows
from estafette.travel.traffic import Traffic


class RoadTravel:
    """
    Travel times of a road network, recalled where they are kept, with the traffic on top.

    A place further off the road than `OFF_ROAD_M`, or without a way to most others, gets estimates; the
    matrix names it.
    """

    def __init__(
        self,
        roads: Roads,
        *,
        estimate: EstimateTravel,
        kept: RoadTimesKept | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        self.source = f"roads: {roads.name}"
        self._roads, self._estimate, self._traffic = roads, estimate, traffic or Traffic()
        self._known = KnownTimes(roads, kept)

    def matrix(self, places: Sequence[Place]) -> TravelMatrix:
        """
        Give the matrix between all places; raises `Unavailable`, and as the estimate does.

        Raises
        ------
        Invalid
            A position is not on the globe.
        Unreachable
            A place is over 600 km from another.
        Unavailable
            The network does not answer, or answers nonsense.
        """
        refuse_positions(places)
        found = self._known.between(places)
        lost = without_road(found)
        times = found.times
        for table in times:
            np.fill_diagonal(table, 0)
        if lost.size:
            _put_estimates(times, self._estimate.times(places), lost)
        return TravelMatrix(
            place_ids=np.array([place.place_id for place in places], dtype=np.int64),
            durations_s=times.seconds,
            distances_m=times.metres,
            profile_permille=self._traffic.profiles(int(times.seconds.max(initial=0))),
            zone_of=self._traffic.zone_of(positions(places)),
            source=self._said(len(places), lost),
            estimated=len(places) > 1 and lost.size >= len(places) - 1,
            estimated_places=[places[int(row)].place_id for row in lost],
        )

    def path(self, origin: Place, destination: Place) -> Path:
        """Give the way from place to place; the straight line where no road leads."""
        here, there = positions((origin,)), positions((destination,))
        off_m = self._roads.snap(positions((origin, destination))).off_m
        way = self._roads.way(here, there) if off_m.max() <= OFF_ROAD_M else None
        if way is None:
            return self._estimate.path(origin, destination)
        return Path(way.lon, way.lat, round(way.seconds), round(way.metres), estimated=False)

    def _said(self, places: int, lost: Rows) -> str:
        return f"{self.source}; estimates at {lost.size} of {places} places" if lost.size else self.source


def without_road(found: TimesOf) -> Rows:
    """
    Give the fewest places without which every pair has a road: those far off, then those with most gaps.

    The same table always gives the same places.
    """
    lost = found.off_m > OFF_ROAD_M
    gaps = found.times.seconds == NO_WAY
    np.fill_diagonal(gaps, val=False)
    gaps[lost, :] = gaps[:, lost] = False
    while gaps.any():
        worst = (gaps.sum(axis=0) + gaps.sum(axis=1)).argmax()
        lost[worst] = True
        gaps[worst, :] = gaps[:, worst] = False
    return np.flatnonzero(lost)


def _put_estimates(times: RoadTimes, estimated: RoadTimes, lost: Rows) -> None:
    for road, straight in zip(times, estimated, strict=True):
        road[lost, :] = straight[lost, :]
        road[:, lost] = straight[:, lost]
