"""Solves: asked for, watched, called off; their result is a plan of the history."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

import msgspec

from estafette.domain.permission import Right
from estafette.domain.record import Record
from estafette.domain.solve import LONGEST_S, MOST_WORKERS, SolveCard, SolveRequest, SolveState
from estafette.edge.web.api.page import Listed, Sparse, page
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.store.jobs import ask_for_solve, cancel_solve, get_solve, list_solves


class SolveBody(Record, frozen=True, kw_only=True):
    """
    A wish for a solve: which day, how many seconds to search, from which seed, and whether to apply it.

    Where one waits for that day already, it takes the wish in. A large day may be divided among `workers`.
    """

    service_on: date
    time_limit_s: Annotated[float, msgspec.Meta(ge=0, le=LONGEST_S)] = 10.0
    seed: Annotated[int, msgspec.Meta(ge=0, le=(1 << 62))] = 1
    applies: bool = False
    workers: Annotated[int, msgspec.Meta(ge=1, le=MOST_WORKERS)] = 1


class Solves(Listed, frozen=True, kw_only=True):
    """Which solves to list."""

    day: date | None = None


class Cancelled(Record, frozen=True, kw_only=True):
    """`cancelled`: it had not begun. `running`: it ends with its best plan so far."""

    solve_id: int
    state: SolveState


def list_(ask: Ask) -> Answer:
    """List solves, the newest first."""
    q: Solves = ask.query

    def read(before: int, limit: int) -> Sequence[SolveCard]:
        return list_solves(ask.database, ask.company_id, service_on=q.day, before=before or None, limit=limit)

    return Answer(page(q, read, lambda solve: solve.solve_id))


def submit(ask: Ask) -> Answer:
    """Ask for a solve; a worker makes it. How far it is says the solve itself, and the events."""
    body: SolveBody = ask.body
    wish = SolveRequest(**msgspec.structs.asdict(body))
    number = ask_for_solve(ask.database, ask.company_id, wish, actor=ask.actor)
    made = get_solve(ask.database, ask.company_id, number)
    return Answer(made, status=202, location=f"/solves/{number}")


def get(ask: Ask) -> Answer:
    """Give a solve: its state, figures so far, and the number of its plan when it has ended."""
    return Answer(get_solve(ask.database, ask.company_id, ask.id("solve_id")))


def cancel(ask: Ask) -> Answer:
    """Call a solve off; one that has begun ends with its best plan so far."""
    number = ask.id("solve_id")
    state = cancel_solve(ask.database, ask.company_id, number, actor=ask.actor)
    return Answer(Cancelled(solve_id=number, state=state))


_ONE = "/solves/{solve_id:int}"
ROUTES = (
    Route("GET", "/solves", Right.PLAN_READ, list_, SolveCard, query=Solves),
    Route("POST", "/solves", Right.PLAN_WRITE, submit, SolveCard, SolveBody, status=202),
    Route("GET", _ONE, Right.PLAN_READ, get, SolveCard, query=Sparse),
    Route("POST", f"{_ONE}/cancel", Right.PLAN_WRITE, cancel, Cancelled),
)
