"""A day of three drivers and their riders, and the database as a driver or an institution sees it."""

from estafette.domain.caller import Caller
from estafette.domain.permission import RIGHTS, Role
from estafette.store.database import Database
from tests.dispatched import Dispatched


def own_day(database: Database) -> Dispatched:
    """Three drivers, three riders with two trips each; the first driver drives the first rider, and so on."""
    day = Dispatched(database, places=6)
    day.roster()
    trips = day.book(6)
    riders = day.write(
        "INSERT INTO rider (company_id, ref, name) SELECT %(company)s, 'r' || n, 'Rider ' || n"
        " FROM generate_series(2, 3) n RETURNING id"
    )
    owners = [day.rider_id, *(rider_id for (rider_id,) in riders)]
    for number, rider_id in enumerate(owners):
        own = trips[2 * number : 2 * number + 2]
        day.write(
            "UPDATE booking SET rider_id = %(rider)s WHERE id IN (SELECT booking_id FROM trip WHERE id = ANY (%(trips)s))",
            rider=rider_id, trips=own,
        )  # fmt: skip
        day.write(
            "UPDATE trip SET origin_id = %(origin)s, destination_id = %(destination)s WHERE id = ANY (%(trips)s)",
            origin=day.place_ids[2 * number], destination=day.place_ids[2 * number + 1], trips=own,
        )  # fmt: skip
        day.assign(day.run_ids[number], own)
    day.riders = owners  # type: ignore[attr-defined]
    return day


def driver(day: Dispatched, number: int = 0) -> Database:
    caller = Caller(
        company_id=day.company_id, actor="user:1", rights=RIGHTS[Role.DRIVER], user_id=1,
        driver_id=day.driver_ids[number],
    )  # fmt: skip
    return day.database.of(caller)


def institution(day: Dispatched, *riders: int) -> Database:
    """Give the view of a new institution that has these riders."""
    (row,) = day.write(
        "INSERT INTO institution (company_id, ref, name) SELECT %(company)s, 'i' || count(*), 'Ward' FROM institution"
        " RETURNING id"
    )
    day.write(
        "UPDATE rider SET institution_id = %(of)s WHERE id = ANY (%(riders)s)", of=row[0], riders=list(riders)
    )
    caller = Caller(
        company_id=day.company_id, actor="user:2", rights=RIGHTS[Role.INSTITUTION], user_id=2,
        institution_id=row[0],
    )  # fmt: skip
    return day.database.of(caller)


def ids(view: Database, company_id: int, table: str, column: str = "id") -> list[int]:
    rows = view.read(company_id, f"SELECT {column} FROM {table} ORDER BY 1", {})  # type: ignore[arg-type]
    return [number for (number,) in rows]
