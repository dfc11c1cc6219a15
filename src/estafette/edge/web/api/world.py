"""What the routes work with: the database, travel times, and the days that are asked about."""

import threading
from copy import copy
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from estafette.domain.caller import Caller
from estafette.domain.travel import Travel
from estafette.edge.travel import sources_here, travel_here
from estafette.edge.web.map_tiles import MapTiles
from estafette.flow.roads import CompanyTravel
from estafette.flow.standings import Standings
from estafette.store.database import Database
from estafette.travel.base_map.built import BuiltMap
from estafette.travel.data import RoadData
from estafette.travel.recent import RecentTravel


class World:
    """
    What is there for all companies; what belongs to one is asked for with its id.

    `map_tiles` lie behind the board, if the settings name some.
    `service_on` is the day that is today for who asks without naming one; `None`: today where the company is.
    `push_key` is what phones subscribe with; `None`: they cannot be told.
    """

    def __init__(
        self,
        database: Database,
        *,
        service_on: date | None = None,
        push_key: str | None = None,
        map_tiles: MapTiles | None = None,
    ) -> None:
        self.database = database
        self.push_key = push_key
        self._service_on = service_on
        self.map_tiles = map_tiles
        self.built_map = BuiltMap(RoadData(sources_here().home))
        self.standings = Standings(database, self.travel)
        self._ways: dict[int, CompanyTravel] = {}
        self._travel: dict[int, Travel] = {}
        self._lock = threading.Lock()

    def of(self, caller: Caller) -> "World":
        """Give the same with the database as a caller may use it."""
        seen = copy(self)
        seen.database = self.database.of(caller)
        return seen

    def today(self, zone: str) -> date:
        """Give the service day that is now in a zone."""
        return self._service_on or datetime.now(UTC).astimezone(ZoneInfo(zone)).date()

    def travel(self, company_id: int) -> Travel:
        """Give the travel times of a company; the roads are opened once."""
        with self._lock:
            if company_id not in self._travel:
                self._ways[company_id] = travel_here(self.database, company_id)
                self._travel[company_id] = RecentTravel(self._ways[company_id])
            return self._travel[company_id]

    def ways(self, company_id: int) -> CompanyTravel:
        """Give what draws the ways of a company, over the same roads."""
        self.travel(company_id)
        return self._ways[company_id]
