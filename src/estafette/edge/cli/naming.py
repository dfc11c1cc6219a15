"""Names for people: what the numbers in plans and reports stand for, read off the board of the day."""

from datetime import datetime
from zoneinfo import ZoneInfo

from estafette.domain.board import Board
from estafette.domain.time import clock


class Names:
    """The names of one service day; what is not on its board keeps its number."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._refs = {card.trip_id: card.ref for card in board.trips}
        self._drivers = {card.driver_id: card.driver for card in board.runs}
        self._driver_of = {card.run_id: card.driver for card in board.runs}

    def trip(self, trip_id: int) -> str:
        """Name a trip by its number and its sender's reference."""
        ref = self._refs.get(trip_id)
        return f"trip {trip_id} ({ref})" if ref else f"trip {trip_id}"

    def driver(self, driver_id: int) -> str:
        """Name a driver."""
        return self._drivers.get(driver_id, f"driver {driver_id}")

    def run(self, run_id: int) -> str:
        """Name a run by its number and its driver."""
        driver = self._driver_of.get(run_id)
        return f"run {run_id} ({driver})" if driver else f"run {run_id}"

    def clock(self, at: datetime) -> str:
        """Give the wall clock of an instant where the company is."""
        return at.astimezone(ZoneInfo(self._board.zone)).strftime("%H:%M")

    def clock_s(self, seconds: int) -> str:
        """Give the wall clock at so many seconds after the start of the day."""
        return clock(self._board.day_start_at, seconds, self._board.zone)
