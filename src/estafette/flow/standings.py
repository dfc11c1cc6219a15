"""Days prepared for questions; of a day that changed only what changed is prepared anew."""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from functools import partial
from typing import NamedTuple

import msgspec

from estafette.domain.day_now import DayNow
from estafette.domain.error import Unavailable
from estafette.domain.place import Place
from estafette.domain.plan import Plan
from estafette.domain.problem import Problem
from estafette.domain.travel import Travel, TravelMatrix
from estafette.domain.weights import Weights
from estafette.flow.check import applied_last, plan_after, plan_in_force
from estafette.planning.standing import Standing, standing_of
from estafette.store.database import Database
from estafette.store.day_now import is_as_read, load_changes, load_now

log = logging.getLogger(__name__)

_KEPT = 8
# Where a company freezes what is near, what a change costs grows while its time comes nearer, so a day is
# prepared whole after so long: beside the one that stands, which is kept exact meanwhile.
_FRESH_S = 60.0
# Nobody asked for so long: who asks now waits, rather than getting prices of a while ago.
_STALE_S = 120.0
# Elsewhere no price knows the time: such a day lasts so many times as long, until it hears of new roads.
_TIMELESS = 10


class Prepared(NamedTuple):
    """
    A moment of a day, and its plan in force prepared for questions.

    `expects` riders yet to call. `places` are those of the travel times, in their order.
    """

    now: DayNow
    standing: Standing
    expects: bool
    places: tuple[Place, ...]


def prepared(database: Database, company_id: int, service_on: date, travel: Travel) -> Prepared:
    """Prepare a day as it stands; raises `NotFound` for no such company."""
    now = load_now(database, company_id, service_on)
    matrix = travel.matrix(now.problem.places)
    plan = plan_in_force(now, matrix, applied=applied_last(database, now.problem))
    standing = standing_of(now.problem, matrix, Weights(), plan)
    return Prepared(now, standing, _expects(now.problem), now.problem.places)


def prepared_again(database: Database, before: Prepared, travel: Travel) -> Prepared | None:
    """
    Prepare a day again after changes, with all that they left as it was; `None` where little is left.

    Where a plan holds room for riders who are expected, all its runs are written anew.
    """
    later = load_changes(database, before.now)
    if later is None:
        return None
    now = later.day
    if now is before.now:
        return before
    places, matrix = _reaching(before, now.problem.places, travel)
    expects = _expects(now.problem)
    if expects or before.expects:
        written = plan_in_force(now, matrix, applied=applied_last(database, now.problem))
        plan = _taken_over(before.standing.plan, written)
    elif matrix.extends(before.standing.matrix):
        plan = plan_after(before.standing.plan, later, matrix)
    else:
        plan = plan_in_force(now, matrix)
    standing = standing_of(now.problem, matrix, Weights(), plan, before.standing)
    return Prepared(now, standing, expects=expects, places=places)


def _taken_over(before: Plan, plan: Plan) -> Plan:
    """Give a plan with the records of an earlier one, for the runs that are as they were there."""
    pairs = zip(before.runs, plan.runs, strict=True)
    return msgspec.structs.replace(plan, runs=tuple(was if was == run else run for was, run in pairs))


def _expects(problem: Problem) -> bool:
    return any(trip.expected for trip in problem.trips)


def reaching(database: Database, before: Prepared, places: Sequence[Place], travel: Travel) -> Prepared:
    """Prepare a day so that it knows the way to and from other places too; as it is where it does already."""
    known = before.standing.matrix
    if all(place.place_id in known.row_of for place in places):
        return before
    problem = before.now.problem
    found, matrix = _reaching(before, (*problem.places, *places), travel)
    plan = before.standing.plan
    if not matrix.extends(known):
        plan = plan_in_force(before.now, matrix, applied=applied_last(database, problem))
    standing = standing_of(problem, matrix, Weights(), plan, before.standing)
    return before._replace(standing=standing, places=found)


def _reaching(
    before: Prepared, places: Sequence[Place], travel: Travel
) -> tuple[tuple[Place, ...], TravelMatrix]:
    """
    Give the travel times that there were, where they know all places as they are now; else with the new ones.

    New places come after those known: what was prepared then stays as it is. Only estimates for some of the
    places are made anew, as a plan says whether it has any.
    """
    matrix = before.standing.matrix
    if places is before.now.problem.places:
        return before.places, matrix
    known = {place.place_id: place for place in before.places}
    wanted = {place.place_id: place for place in places}
    if matrix.estimated_places or any(known.get(each, place) != place for each, place in wanted.items()):
        found = tuple(wanted.values())
        return found, travel.matrix(found)
    found = tuple((known | wanted).values())
    return found, matrix if len(found) == len(known) else travel.matrix(found)


class _Kept:
    """
    A day's place: only one asks at a time, since a question uses the scratch room of the day.

    `fresh` is the day prepared whole beside `prepared`, and when that began, until a question takes it up.
    `is_behind` while something has changed and who asks next need perhaps not be the one to read it.
    """

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.prepared: Prepared | None = None
        self.made_at = 0.0
        self.fresh: tuple[Prepared, float] | None = None
        self.is_asked_for = self.is_behind = False


class Standings:
    """
    The days asked about last, of all companies.

    `beside` is given what is to be done while questions go on, one thing after the other.
    """

    def __init__(
        self,
        database: Database,
        travel: Callable[[int], Travel],
        clock: Callable[[], float] = time.monotonic,
        beside: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        self._database, self._travel, self._clock = database, travel, clock
        self._beside = beside or ThreadPoolExecutor(1, "standings").submit
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[int, date], _Kept] = OrderedDict()

    @contextmanager
    def lent(
        self, company_id: int, service_on: date, places: Sequence[Place] = (), *, is_changed: bool = False
    ) -> Iterator[Standing]:
        """
        Lend a day as it stands now, to one at a time; raises `NotFound`, `Unavailable`.

        It knows the way to and from `places` too, which need not be of the day. Who has just changed it says
        so (`is_changed`): then nobody looks first whether anything has.
        """
        kept = self._place(company_id, service_on)
        with kept.lock:
            _take_up(kept)
            known = self._again(kept, company_id, looks_first=not (is_changed or kept.is_behind))
            kept.prepared = known or self._whole(kept, company_id, service_on)
            kept.prepared = reaching(self._database, kept.prepared, places, self._travel(company_id))
            self._refresh(kept, company_id, service_on)
            yield kept.prepared.standing

    def catch_up(self, company_id: int) -> None:
        """Have the days of a company read beside, after a change: who asks next finds that done."""
        with self._lock:
            ours = [kept for (company, _), kept in self._kept.items() if company == company_id]
        for kept in ours:
            if kept.prepared is not None and not kept.is_behind:
                kept.is_behind = True
                self._beside(partial(self._caught_up, kept, company_id))

    def _caught_up(self, kept: _Kept, company_id: int) -> None:
        kept.is_behind = False  # what changes from now on may come too late for what is read here
        with kept.lock:
            try:
                kept.prepared = self._again(kept, company_id, looks_first=False)
            except Unavailable:
                kept.prepared = None  # the database rests or ends; who asks next is told
            except Exception:
                # What stood is perhaps used up. Who asks next has it made, and is told what is wrong.
                log.exception("standings: a day could not be followed beside")
                kept.prepared = None

    def _again(self, kept: _Kept, company_id: int, *, looks_first: bool) -> Prepared | None:
        if kept.prepared is None or self._is_older(kept, _STALE_S):
            return None
        if looks_first and is_as_read(self._database, kept.prepared.now):
            return kept.prepared
        return prepared_again(self._database, kept.prepared, self._travel(company_id))

    def _is_older(self, kept: _Kept, than_s: float) -> bool:
        knows_time = kept.prepared is not None and kept.prepared.now.problem.now_s is not None
        return self._clock() - kept.made_at >= than_s * (1 if knows_time else _TIMELESS)

    def _whole(self, kept: _Kept, company_id: int, service_on: date) -> Prepared:
        made_at = self._clock()
        made = prepared(self._database, company_id, service_on, self._travel(company_id))
        kept.made_at, kept.is_asked_for = made_at, False
        return made

    def _refresh(self, kept: _Kept, company_id: int, service_on: date) -> None:
        """Have the day prepared whole beside, where that is due and not under way."""
        if kept.is_asked_for or kept.fresh or not self._is_older(kept, _FRESH_S):
            return

        def made() -> None:
            began_at = self._clock()
            try:
                found = prepared(self._database, company_id, service_on, self._travel(company_id))
            except Exception:
                # Not asked for again: who asks when the day is too old makes it, and is told what is wrong.
                log.exception("standings: a fresh day could not be made beside")
                return
            kept.fresh, kept.is_asked_for = (found, began_at), False

        kept.is_asked_for = True
        self._beside(made)

    def _place(self, company_id: int, service_on: date) -> _Kept:
        with self._lock:
            kept = self._kept.setdefault((company_id, service_on), _Kept())
            self._kept.move_to_end((company_id, service_on))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return kept


def _take_up(kept: _Kept) -> None:
    """Take up what was prepared beside, unless it is older than what was prepared meanwhile."""
    fresh, kept.fresh = kept.fresh, None
    if fresh is not None and fresh[1] >= kept.made_at:
        kept.prepared, kept.made_at = fresh
