"""Keeping the rules of a company on how long what is kept; the worker does it every hour."""

from collections.abc import Callable

from estafette.domain.retention import Kept
from estafette.store.database import Database
from estafette.store.erasure import erase_riders, forget_plans, forget_trips, get_retention, left_riders
from estafette.store.ledger import prune_ledger
from estafette.store.moments import forgetting_positions
from estafette.store.retention import prune_events


def keep_rules(database: Database, company_id: int, *, actor: str) -> Kept:
    """
    Let everything go that the company's rules keep no longer, portion by portion; each is entered in the log.

    Raises
    ------
    NotFound
        The company does not exist.
    Unavailable
        The database does not answer; what went is gone, the rest goes next time.
    """
    rules = get_retention(database, company_id)
    database.transact(company_id, [forgetting_positions(company_id)])
    pruned = prune_events(database, company_id, keep_days=rules.keep_events_days, actor=actor)
    return Kept(
        events=pruned.events,
        notices=pruned.notices,
        trips=_all(forget_trips, database, company_id, actor) if rules.keep_trips_days is not None else 0,
        plans=_all(forget_plans, database, company_id, actor) if rules.keep_plans_days is not None else 0,
        riders=_riders(database, company_id, actor) if rules.keep_riders_days is not None else 0,
        entries=prune_ledger(database.server, company_id, keep_days=rules.keep_ledger_days, actor=actor)
        if rules.keep_ledger_days is not None
        else 0,
        held_by=pruned.held_by,
    )


def _all(forget: Callable[..., int], database: Database, company_id: int, actor: str) -> int:
    total = 0
    while gone := forget(database, company_id, actor=actor):
        total += gone
    return total


def _riders(database: Database, company_id: int, actor: str) -> int:
    total = 0
    while left := left_riders(database, company_id):
        total += erase_riders(database, company_id, left, actor=actor).riders
    return total
