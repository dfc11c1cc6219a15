"""Road times kept in memory, and roads that count what they are asked."""

from collections.abc import Sequence

import numpy as np

from estafette.domain.place import Place
from estafette.domain.road_times import NO_WAY, Fresh, Known, Recalled, RoadTimes
from estafette.travel.globe import Points
from estafette.travel.roads import Roads, Snapped, Table, Way


class Remembering:
    """Keeps everything, one version at a time, as a square of all places by slot."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.off_m = np.empty(0)
        self.times = RoadTimes(*(np.empty((0, 0), np.int32) for _ in range(2)))
        self.roads = ""

    def recall(self, roads: str, places: Sequence[Place]) -> Recalled:
        spots = [(p.place_id, p.lon, p.lat) for p in self.places] if roads == self.roads else []
        slot = np.array([_index(spots, (p.place_id, p.lon, p.lat)) for p in places], np.int64)
        off_m = np.array([self.off_m[each] if each >= 0 else np.inf for each in slot])
        return Recalled(slot, off_m, RoadTimes(*(_some(table, slot) for table in self.times)))

    def known(self, roads: str) -> Known:
        places = self.places if roads == self.roads else []
        return Known(
            np.array([p.lon for p in places], float), np.array([p.lat for p in places], float),
            self.off_m[: len(places)],
        )  # fmt: skip

    def keep(self, roads: str, fresh: Fresh) -> None:
        before = fresh.back.seconds.shape[0] - len(fresh.places)
        self.roads = roads
        self.places = [*self.places[:before], *fresh.places]
        self.off_m = np.concatenate([self.off_m[:before], fresh.off_m])
        self.times = RoadTimes(
            *(
                np.block([[old[:before, :before], back[:before]], [to]])
                for old, to, back in zip(self.times, fresh.to, fresh.back, strict=True)
            )
        )


def _index(spots: list[tuple[int, float, float]], spot: tuple[int, float, float]) -> int:
    return spots.index(spot) if spot in spots else -1


def _some(table: np.ndarray, slot: np.ndarray) -> np.ndarray:  # type: ignore[type-arg]
    known = slot >= 0
    found = np.full((len(slot), len(slot)), NO_WAY, np.int32)
    found[np.ix_(known, known)] = table[np.ix_(slot[known], slot[known])]
    return found


class Counting:
    """Roads that answer as others do, and count the pairs that they were asked for."""

    def __init__(self, roads: Roads, version: str | None = "v1") -> None:
        self.roads, self.version, self.name = roads, version, "counting roads"
        self.asked = 0

    def snap(self, points: Points) -> Snapped:
        return self.roads.snap(points)

    def table(self, origins: Points, destinations: Points) -> Table:
        self.asked += len(origins) * len(destinations)
        return self.roads.table(origins, destinations)

    def way(self, origin: Points, destination: Points) -> Way | None:
        return self.roads.way(origin, destination)
