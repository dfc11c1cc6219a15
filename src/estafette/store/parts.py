"""
Parts of a large day as rows: put up by the holder of a solve, claimed and answered by any worker.

Every function is one transaction and one round trip. A part is held like a solve, by claim and lease; it is gone
when its round is over, and then nothing is written for it.
"""

import zlib
from typing import Any, LiteralString

import msgspec

from estafette.domain.part import DayPart
from estafette.domain.plan import Plan
from estafette.domain.record import Record, encode
from estafette.domain.solve import ClaimedSolve
from estafette.store.database import Database, Rows, Statement
from estafette.store.parts_sql import ANSWER, CALL_HELPERS, CLAIM, COLLECT, COUNT_HELPERS, HOLD, PUT, WANTED

# With less time than this left, nobody begins a part.
LEAST_S = 0.2
_ACTOR = "parts"


class ClaimedPart(Record, frozen=True, kw_only=True):
    """A part in the hands of one worker, to be searched for so many seconds."""

    company_id: int
    part_id: int
    claim: int
    time_limit_s: float
    part: DayPart


class Answers(Record, frozen=True, kw_only=True):
    """What a round has brought so far: plans, how many of them by helpers, and how many are being made."""

    plans: tuple[Plan, ...]
    helped: int
    awaited: int


def call_helpers(database: Database, held: ClaimedSolve) -> None:
    """Wake a worker for each that may help with a solve, unless it helps already."""
    helpers = {"helpers": held.workers - 1}
    _write(database, held.company_id, CALL_HELPERS, {**_of_holder(held), **helpers})


def count_helpers(database: Database, held: ClaimedSolve, *, silent_s: float) -> int:
    """Count the helpers of a solve that were heard of in the last `silent_s` seconds."""
    rows = database.read(held.company_id, COUNT_HELPERS, {**_of_holder(held), "silent_s": silent_s})
    return int(rows[0][0])


def put_parts(database: Database, held: ClaimedSolve, parts: tuple[DayPart, ...], *, seconds: float) -> bool:
    """Begin a round of so many seconds with these parts, the last one is over; `False`: somebody else has the solve."""
    questions = [zlib.compress(encode(part), 1) for part in parts]
    sent = {**_of_holder(held), "seconds": seconds, "questions": questions}
    return bool(_write(database, held.company_id, PUT, sent))


def claim_part(
    database: Database, company_id: int, solve_id: int, *, lease_s: float, helps: bool
) -> ClaimedPart | None:
    """Take a part of a solve that nobody has, for `lease_s` seconds from now; `None` when there is nothing to take."""
    scope = {"company": company_id, "solve": solve_id, "lease_s": lease_s, "least_s": LEAST_S, "helps": helps}
    rows = _write(database, company_id, CLAIM, scope)
    if not rows:
        return None
    part_id, claim, time_limit_s, question = rows[0]
    return ClaimedPart(
        company_id=company_id,
        part_id=part_id,
        claim=claim,
        time_limit_s=time_limit_s,
        part=msgspec.json.decode(zlib.decompress(question), type=DayPart),
    )


def hold_part(database: Database, held: ClaimedPart, *, lease_s: float) -> bool:
    """Hold a part for another `lease_s` seconds; `False`: it is gone, or somebody else has it."""
    return bool(_write(database, held.company_id, HOLD, {**_of_maker(held), "lease_s": lease_s}))


def answer_part(database: Database, held: ClaimedPart, plan: Plan) -> bool:
    """Give the plan that was found for a part; `False`: it is gone, or somebody else has it."""
    answer = {"answer": zlib.compress(encode(plan), 1)}
    return bool(_write(database, held.company_id, ANSWER, {**_of_maker(held), **answer}))


def collect_answers(database: Database, held: ClaimedSolve) -> Answers:
    """Read what the round of a solve has brought so far."""
    rows = database.read(held.company_id, COLLECT, _of_holder(held))
    made = [row for row in rows if row[0] is not None]
    return Answers(
        plans=tuple(msgspec.json.decode(zlib.decompress(answer), type=Plan) for answer, *_ in made),
        helped=sum(helped for _, helped, _ in made),
        awaited=sum(bool(held) for answer, _, held in rows if answer is None),
    )


def helper_is_wanted(database: Database, company_id: int, solve_id: int) -> bool:
    """Tell whether a solve is still being made, and no other waits for the worker that helps."""
    return bool(database.read(company_id, WANTED, {"company": company_id, "solve": solve_id})[0][0])


def _write(database: Database, company_id: int, sql: LiteralString, parameters: dict[str, Any]) -> Rows:
    return database.transact(company_id, [Statement(sql, parameters)], actor=_ACTOR)[0]


def _of_holder(held: ClaimedSolve) -> dict[str, Any]:
    return {"company": held.company_id, "solve": held.solve_id, "claim": held.claim}


def _of_maker(held: ClaimedPart) -> dict[str, Any]:
    return {"company": held.company_id, "part": held.part_id, "claim": held.claim}
