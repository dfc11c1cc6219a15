"""Reading a service day: the whole problem in one statement, whatever the number of trips."""

from datetime import date

import msgspec

from estafette.domain.error import no_company
from estafette.domain.problem import Problem
from estafette.store.database import Database
from estafette.store.day_sql import LOAD

# The hours of a driver's last days, over which work is balanced.
WORKED_DAYS = 7


def load_day(database: Database, company_id: int, service_on: date) -> Problem:
    """
    Read one company's service day as a problem: one statement, one round trip.

    The board version is read in the same snapshot as the rows, so whatever changes later carries a
    higher version. Trips that ended are not in it, nor those that wait for a time, unless one is expected.
    `worked_s` counts from pull-out to pull-in of the `WORKED_DAYS` days before, as they were applied. What
    time it is (`now_s`) is said where the company leaves near trips alone.

    Raises
    ------
    NotFound
        The company does not exist.
    """
    scope = {"company": company_id, "day": service_on, "window_days": WORKED_DAYS}
    rows = database.read(company_id, LOAD, scope)
    if not rows:
        raise no_company(company_id)
    return msgspec.json.decode(rows[0][0], type=Problem)
