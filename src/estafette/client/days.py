"""A service day: its board, runs and assignments, its solves and plans."""

import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from estafette.client.connection import Call
from estafette.client.resource import Noun
from estafette.client.stream import heard
from estafette.domain.applied import Applied
from estafette.domain.board import Board, Opening, RunCard
from estafette.domain.difference import Difference
from estafette.domain.estimates import DayEstimates
from estafette.domain.hand import Assignments, HandChange
from estafette.domain.history import PlanEntry
from estafette.domain.manifest import Manifest
from estafette.domain.plan import Plan
from estafette.domain.solve import SolveCard, SolveRequest, SolveState
from estafette.domain.timetable import Timetable
from estafette.domain.undone import Undone

_OPEN = (SolveState.WAITING, SolveState.RUNNING)


class Days(Noun):
    """What a dispatcher sees and changes of a service day."""

    def opening(self) -> Opening:
        """Give whose board it is, the day to open and the server's time."""
        return self._get("/opening", Opening)

    def board(self, day: date) -> Board:
        """Give the day whole, with the id of its last event as its `version`."""
        return self._get("/board", Board, day=day)

    def estimates(self, day: date) -> DayEstimates:
        """Tell which driving times are estimates."""
        return self._get("/estimates", DayEstimates, day=day)

    def timetable(self, day: date) -> Timetable:
        """Give the timed stops of all runs, in seconds since the start of the day."""
        return self._get("/timetable", Timetable, day=day)

    def see_to(self, run_id: int) -> None:
        """Say that what the driver of a run has reported is seen to."""
        self._post(f"/runs/{run_id}/problem/seen-to", dict[str, int])

    def look(self, day: date, *, for_s: int = 60) -> None:
        """Show others, for so long, that one looks at the day."""
        self._post("/presence", dict[str, object], {"service_on": day, "for_s": for_s})

    def runs(self, day: date) -> Iterator[RunCard]:
        """List the runs."""
        return self._at.pages("/runs", RunCard, {"day": day})

    def manifests(self, day: date, *, run_id: int | None = None) -> Iterator[Manifest]:
        """List the manifests, stop by stop."""
        return self._at.pages("/manifests", Manifest, {"day": day, "run_id": run_id})

    def change(self, day: date, changes: Sequence[HandChange], *, why: str = "", **how: Any) -> Assignments:
        """Assign, move, swap, unassign, lock: `atomic`, `board_version`, `validate_only`, `force`, `why`."""
        body = {"service_on": day, "changes": tuple(changes), **how}
        return self._post("/assignments", Assignments, body, why=why)

    def hold(self, trip_ids: Sequence[int], *, for_s: int = 30) -> int:
        """Show others that one has trips in one's hands; gives the number by which to release them."""
        return self._post("/holds", dict[str, int], {"trip_ids": tuple(trip_ids), "for_s": for_s})["hold_id"]

    def release(self, hold_id: int) -> None:
        """End a hold before its time."""
        self._at.ask(Call("DELETE", f"/holds/{hold_id}"))

    def undo(self, **what: Any) -> Undone:
        """Take back an apply by its `applied_id`, or the newest of `service_on`; `trip_ids`, `what_can`."""
        return self._post("/undo", Undone, what)


class Solves(Noun):
    """Executions of the optimiser."""

    def list(self, *, day: date | None = None) -> Iterator[SolveCard]:
        """List them, the newest first."""
        return self._at.pages("/solves", SolveCard, {"day": day})

    def get(self, solve_id: int) -> SolveCard:
        """Give one: its state, figures so far, its plan when it has ended."""
        return self._get(f"/solves/{solve_id}", SolveCard)

    def submit(self, wish: SolveRequest, *, key: str | None = None) -> SolveCard:
        """Ask for one; a worker makes it."""
        return self._post("/solves", SolveCard, wish, key=key)

    def cancel(self, solve_id: int) -> SolveState:
        """Call one off; one that has begun ends with its best plan so far."""
        return SolveState(self._post(f"/solves/{solve_id}/cancel", dict[str, Any])["state"])

    def watch(self, solve_id: int) -> Iterator[SolveCard]:
        """Follow how far one is, from now until it has ended."""
        for solve in heard(self._at, f"/solves/{solve_id}/events", "solve", SolveCard):
            yield solve
            if solve.state not in _OPEN:
                return

    def wait(self, solve_id: int, *, timeout_s: float, every_s: float = 0.5) -> SolveCard:
        """Wait until one has ended; raises `TimeoutError` where no worker has made it by then."""
        ends_at = time.monotonic() + timeout_s
        while (solve := self.get(solve_id)).state in _OPEN:
            if time.monotonic() > ends_at:
                message = f"solve {solve_id} is {solve.state} after {timeout_s:g} s: is a worker running?"
                raise TimeoutError(message)
            time.sleep(every_s)
        return solve


class Plans(Noun):
    """Plans of the history."""

    def list(self, *, day: date | None = None) -> Iterator[PlanEntry]:
        """List them, the newest first."""
        return self._at.pages("/plans", PlanEntry, {"day": day})

    def get(self, plan_id: int) -> PlanEntry:
        """Give how one was made and when it was applied."""
        return self._get(f"/plans/{plan_id}", PlanEntry)

    def content(self, plan_id: int) -> Plan:
        """Give one whole: runs with stops, trips left over with reasons."""
        return self._get(f"/plans/{plan_id}/content", Plan)

    def difference(self, plan_id: int, to: int) -> Difference:
        """Say what changes from one plan to another of the same day."""
        return self._get(f"/plans/{plan_id}/difference", Difference, to=to)

    def apply(self, plan_id: int, *, key: str | None = None, **part: Sequence[int]) -> Applied:
        """Apply one whole, or what concerns `run_ids` and `trip_ids`; every trip has an outcome."""
        return self._post(f"/plans/{plan_id}/apply", Applied, part, key=key)
