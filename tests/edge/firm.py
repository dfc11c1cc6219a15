"""A company with something of everything that a path can name, and the routes that name it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from estafette.domain.account import NewAccount, NewApiKey
from estafette.domain.caller import Caller
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.domain.solve import SolveRequest
from estafette.domain.webhook import WebhookRequest
from estafette.flow.accounts.people import make_key
from estafette.flow.webhooks import subscribe
from estafette.store.accounts.users import add_user
from estafette.store.database import Database
from estafette.store.jobs import ask_for_solve
from estafette.store.moments import hold_trips
from tests.dispatched import DAY, Dispatched

# It stands in every name of the other company, and must never be read by this one.
CANARY = "Zyzzyva"


class Route(NamedTuple):
    """A route as the application serves it."""

    method: str
    path: str
    rights: frozenset[Right]
    public: bool

    @property
    def parameters(self) -> list[str]:
        """Name what stands in its path."""
        return [part[1:-1].partition(":")[0] for part in self.path.split("/") if part.startswith("{")]

    def filled(self, values: Mapping[str, object]) -> str:
        """Give its path for these values."""
        parts = [
            str(values[part[1:-1].partition(":")[0]]) if part.startswith("{") else part
            for part in self.path.split("/")
        ]
        return "/".join(parts)


class Firm:
    """A company with something of everything that a path can name, and with somebody of each role."""

    def __init__(self, database: Database, name: str) -> None:
        self.day = Dispatched(database)
        self.day.roster()
        self.day.assign(self.day.run_ids[0], self.day.book(3))
        self.database, self.company_id, self.name = database, self.day.company_id, name
        scope = {"name": name, "company": self.company_id}
        for table in ("driver", "vehicle", "place", "rider", "company"):
            key = "id" if table == "company" else "company_id"
            self.day.write(
                f"UPDATE {table} SET name = %(name)s || ' ' || name WHERE {key} = %(company)s", **scope
            )
        institution = """INSERT INTO institution (company_id, ref, name)
            VALUES (%(company)s, 'ward', %(name)s) RETURNING id"""
        self.institution_id: int = self.day.write(institution, **scope)[0][0]
        self.day.write("UPDATE rider SET institution_id = %(of)s", of=self.institution_id)
        order = """INSERT INTO standing_order (company_id, ref, rider_id, rule, starts_on, trips)
            VALUES (%(company)s, %(ref)s, %(rider)s, 'FREQ=DAILY', '2026-11-25',
                '[{"origin": "p1", "destination": "p2", "anchor": "pickup_at"}]')"""
        self.day.write(order, ref=f"S {name}", rider=self.day.rider_id)
        self.order_id = self.lowest("standing_order")
        another = (
            "INSERT INTO rider (company_id, ref, name) VALUES (%(company)s, 'r2', %(name)s) RETURNING id"
        )
        self.other_rider_id: int = self.day.write(another, **scope)[0][0]
        self.day.write(order, ref=f"T {name}", rider=self.other_rider_id)
        self.other_order_id: int = self.day.write("SELECT max(id) FROM standing_order")[0][0]
        elsewhere: int = self.day.write(institution.replace("'ward'", "'clinic'"), **scope)[0][0]
        self.enquiry_id, self.other_enquiry_id = map(self.enquiry, (self.institution_id, elsewhere))
        (self.other_trip_id,) = self.day.book(1)
        self.day.write(
            "UPDATE booking SET rider_id = %(rider)s WHERE id = (SELECT booking_id FROM trip WHERE id = %(trip)s)",
            rider=self.other_rider_id, trip=self.other_trip_id,
        )  # fmt: skip
        self.day.plan_on_estimates(self.day.run_ids[1], self.day.book(1))
        ask_for_solve(database, self.company_id, SolveRequest(service_on=DAY), actor="test")
        for n in range(3):  # one is removed
            wanted = WebhookRequest(url=f"https://example.org/{n}")
            subscribe(database, self.company_id, wanted, actor="test")
        for _ in range(3):  # some are released
            hold_trips(database, self.company_id, self.day.trip_ids[:1], for_s=3600, holder="user:1")
        # Nobody but its driver touches this one.
        (self.driven_trip_id,) = self.day.book(1)
        self.day.assign(self.day.run_ids[0], [self.driven_trip_id])
        self._number = 0

    def enquiry(self, institution_id: int) -> int:
        """Ask for a trip in words, as an institution."""
        found: int = self.day.write(
            """INSERT INTO enquiry (company_id, institution_id, rider, service_on, anchor, requested_at, origin, destination,
                seats, wheelchairs, stretchers)
            VALUES (%(company)s, %(of)s, %(name)s, '2026-11-25', 'arrive_by', '2026-11-25T09:00Z', %(name)s, %(name)s, 1, 0, 0)
            RETURNING id""",
            of=institution_id, name=self.name,
        )[0][0]  # fmt: skip
        return found

    def lowest(self, table: str) -> int:
        """Give the lowest id that the company has in a table."""
        found: int = self.day.write(f"SELECT min(id) FROM {table}")[0][0]
        return found

    def user(self, role: Role = Role.READ_ONLY) -> int:
        """Add somebody of a role."""
        self._number += 1
        new = NewAccount(
            email=f"{self.name}{self._number}@example.org", name=self.name, role=role,
            driver_id=self.day.driver_ids[0] if role is Role.DRIVER else None,
            institution_id=self.institution_id if role is Role.INSTITUTION else None,
        )  # fmt: skip
        return add_user(self.database, self.company_id, new, actor="test").user_id

    def key(self, role: Role = Role.READ_ONLY) -> tuple[int, str]:
        """Make a key of somebody of a role, with all rights of it; gives its number and secret."""
        caller = Caller(
            company_id=self.company_id, actor="test", rights=RIGHTS[role], user_id=self.user(role)
        )
        made, secret = make_key(
            self.database, caller, NewApiKey(name=self.name, scopes=tuple(sorted(RIGHTS[role])))
        )
        return made.key_id, secret

    def others_thing(self, parameter: str) -> object | None:
        """Give something of this company that neither its first driver nor its institution has to do with."""
        things = {
            "driver_id": self.day.driver_ids[1],
            "rider_id": self.other_rider_id,
            "trip_id": self.other_trip_id,
            "run_id": self.day.run_ids[1],
            "standing_order_id": self.other_order_id,
            "enquiry_id": self.other_enquiry_id,
        }
        return things.get(parameter)

    def things(self, route: Route) -> dict[str, object]:
        """Give something of this company for each parameter of a route."""
        found = {name: self.thing(name) for name in route.parameters}
        return found | {"trip_id": self.driven_trip_id} if "/my/" in route.path else found

    def thing(self, parameter: str) -> object:
        """Give something of this company that a parameter can name; what may be destroyed is made for it."""
        things: dict[str, Callable[[], object]] = {
            "driver_id": lambda: self.day.driver_ids[0],
            "user_id": self.user,
            "key_id": lambda: self.key()[0],
            "passkey_id": lambda: 1 << 40,
            "session_id": lambda: 1 << 40,  # nobody's: sessions belong to an account, not to a company
            "trip_id": lambda: self.day.trip_ids[0],
            "vehicle_id": lambda: self.day.vehicle_ids[0],
            "place_id": lambda: self.day.place_ids[0],
            "rider_id": lambda: self.day.rider_id,
            "shift_id": lambda: self.lowest("shift"),
            "run_id": lambda: self.day.run_ids[0],
            "booking_id": lambda: self.lowest("booking"),
            "standing_order_id": lambda: self.order_id,
            "enquiry_id": lambda: self.enquiry_id,
            "plan_id": lambda: self.lowest("plan"),
            "solve_id": lambda: self.lowest("solve"),
            "webhook_id": lambda: self.lowest("webhook"),
            "hold_id": lambda: self.lowest("hold"),
            "institution_id": lambda: self.institution_id,
            "version": lambda: "0",
            "name": lambda: "board.js",
        }
        return things[parameter]()
