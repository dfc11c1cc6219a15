"""Every route asked by everybody, for what is theirs and for what is not: what must be answered, and what was."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx
import psycopg
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from estafette.domain.permission import RIGHTS, Right, Role
from estafette.edge.web.guard import rights_of
from tests.dispatched import DAY
from tests.edge.firm import CANARY, Firm, Route

# What is for everybody. A route that is added here is a decision.
PUBLIC = {
    ("GET", "/"),
    ("GET", "/account"),
    ("GET", "/assets/{version}/{name}"),
    ("GET", "/driver"),
    ("GET", "/driver/worker.js"),
    ("GET", "/health"),
    ("GET", "/institution"),
    ("GET", "/metrics"),
    ("GET", "/ready"),
    ("GET", "/sign-in"),
    ("POST", "/api/v1/sign-in"),
    ("POST", "/api/v1/sign-in/link"),
    ("GET", "/api/v1/sign-in/openid"),
    ("GET", "/api/v1/sign-in/openid/back"),
    ("GET", "/api/v1/sign-in/ways"),
    ("POST", "/api/v1/sign-in/passkey"),
    ("POST", "/api/v1/sign-in/passkey/begin"),
    ("POST", "/api/v1/password"),
}
OWN, ANOTHERS, NAMED = "its own", "another company", "a body that names another company's"
OTHERS = "somebody else of the company"
# Who sees their own rows alone.
NARROW = {Role.DRIVER, Role.INSTITUTION}
# What stores an id that a body names, and has no foreign key to find that it is not one's own.
_MUST_REFUSE = {
    "/api/v1/bookings/draft",
    "/api/v1/enquiries",
    "/api/v1/holds",
    "/api/v1/my/positions",
    "/api/v1/riders/{rider_id}/institution",
}
_NEVER = {401, 403, 404, 405, 500, 501, 502, 503}


def routes_of(app: Litestar) -> list[Route]:
    """List the routes of an application, without the answers to OPTIONS."""
    found = []
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            assert isinstance(handler, HTTPRouteHandler)
            for method in handler.http_methods - {"OPTIONS", "HEAD"}:
                public = bool(handler.opt.get("public"))
                found.append(Route(str(method), route.path_format, rights_of(handler), public))
    return sorted(found, key=lambda each: (each.path, each.method))


def good_body(route: Route, ours: Firm) -> dict[str, object]:
    """Give a body that is taken, where an empty one would be refused before anything is looked up."""
    bodies: dict[str, dict[str, object]] = {
        "/api/v1/trips/{trip_id}/assignment": {"run_id": ours.day.run_ids[0]},
        "/api/v1/trips/{trip_id}/lock": {"lock": "driver"},
        "/api/v1/trips/{trip_id}/status": {"status": "en_route"},
        "/api/v1/trips/{trip_id}/cancel": {"by": "rider"},
        "/api/v1/bookings/{booking_id}/cancel": {"by": "rider"},
        "/api/v1/my/trips/{trip_id}/progress": {"status": "en_route", "at": "2026-11-25T08:00:00Z"},
        "/api/v1/my/runs/{run_id}/acknowledge": {"manifest": 1, "at": "2026-11-25T08:00:00Z"},
        "/api/v1/my/runs/{run_id}/problem": {"what": "late", "at": "2026-11-25T08:00:00Z"},
        "/api/v1/enquiries": _enquiry(ours.day.rider_id),
        "/api/v1/enquiries/{enquiry_id}/decline": {"reason": "no such street"},
        "/api/v1/my/positions": {"run_id": ours.day.run_ids[0], "positions": [_fix()]},
        "/api/v1/riders/{rider_id}/institution": {"institution_id": ours.institution_id},
        "/api/v1/institutions/{institution_id}": {"name": "Ward"},
        "/api/v1/riders/{rider_id}/active": {"active": True},
        "/api/v1/places/{place_id}/active": {"active": True},
        "/api/v1/holds": {"trip_ids": ours.day.trip_ids[:1]},
        "/api/v1/riders/{rider_id}/note": {"text": "oxygen"},
        "/api/v1/webhooks/{webhook_id}/replay": {"event_id": 1},
        "/api/v1/account/passkeys/{passkey_id}": {"name": "office"},
        "/api/v1/account/passkeys/{passkey_id}/remove": {"password": "x"},
        "/api/v1/standing-orders/{standing_order_id}/exceptions": {"service_on": "2026-12-24"},
        "/api/v1/standing-orders/{standing_order_id}/following": {"from": "2026-12-24", "ref": "goes on"},
    }
    return bodies.get(route.path, {})


def foreign_bodies(route: Route, ours: Firm, theirs: Firm) -> Iterator[Any]:
    """Give bodies that name another company's things, where a body names things."""
    own, foreign = ours.day, theirs.day
    yield from _stored_alone(route, ours, theirs)
    if route.path == "/api/v1/assignments":
        changes: list[dict[str, object]] = [
            {"kind": "assign", "trip_id": foreign.trip_ids[0], "run_id": own.run_ids[0]},
            {"kind": "assign", "trip_id": own.trip_ids[0], "run_id": foreign.run_ids[0]},
            {"kind": "swap", "trip_id": own.trip_ids[0], "other_trip_id": foreign.trip_ids[0]},
            {"kind": "unassign", "trip_id": foreign.trip_ids[0]},
            {"kind": "lock", "trip_id": foreign.trip_ids[0], "lock": "time"},
        ]
        yield from ({"service_on": DAY.isoformat(), "changes": [change]} for change in changes)
    if route.path == "/api/v1/trips/{trip_id}/assignment" and route.method == "PUT":
        yield {"run_id": foreign.run_ids[0]}
    if route.path == "/api/v1/plans/{plan_id}/apply":
        yield {"run_ids": foreign.run_ids[:1]}
        yield {"trip_ids": foreign.trip_ids[:1]}
    yield from _booked(route, ours, theirs)
    if (route.method, route.path) == ("POST", "/api/v1/standing-orders"):
        pattern = {"origin": "p1", "destination": "p2", "anchor": "pickup_at"}
        yield {"ref": "S", "rider": foreign.rider_id, "rule": "FREQ=DAILY", "starts_on": "2026-11-25",
               "trips": [pattern]}  # fmt: skip
    if route.path == "/api/v1/undo":
        yield {"applied_id": theirs.lowest("applied")}
    if route.path == "/api/v1/notices/resend":
        yield {"driver_id": foreign.driver_ids[0], "event_id": 3}
    if (route.method, route.path) == ("POST", "/api/v1/users"):
        ids = {"driver": theirs.day.driver_ids[0], "institution": theirs.institution_id}
        for role, number in ids.items():
            yield {"email": f"{role}@example.org", "name": "X", "role": role, f"{role}_id": number}


def _booked(route: Route, ours: Firm, theirs: Firm) -> Iterator[Any]:
    """Give bookings that name another company's things."""
    own, foreign = ours.day, theirs.day
    if route.method == "POST" and route.path in ("/api/v1/bookings", "/api/v1/bookings/draft"):
        trip = {"service_on": DAY.isoformat(), "origin": own.place_ids[0], "destination": own.place_ids[1],
                "anchor": "pickup_at", "requested_at": "2026-11-25T09:00:00Z"}  # fmt: skip
        yield {"rider": foreign.rider_id, "trips": [trip]}
        yield {"rider": own.rider_id, "trips": [trip | {"origin": foreign.place_ids[0]}]}
        if route.path == "/api/v1/bookings":
            yield {"rider": own.rider_id, "trips": [trip], "enquiry_id": theirs.other_enquiry_id}


def _stored_alone(route: Route, ours: Firm, theirs: Firm) -> Iterator[Any]:
    """Give bodies whose ids are stored as they are."""
    own, foreign = ours.day, theirs.day
    if (route.method, route.path) == ("POST", "/api/v1/enquiries"):
        yield _enquiry(foreign.rider_id)
    if route.path == "/api/v1/riders/{rider_id}/institution":
        yield {"institution_id": theirs.institution_id}
    if route.path == "/api/v1/holds":
        yield {"trip_ids": foreign.trip_ids[:1]}
        times = {"from_at": "2026-11-25T09:00:00Z", "to_at": "2026-11-25T10:00:00Z"}
        yield {"room": {"run_id": foreign.run_ids[0], **times}}
    if route.path == "/api/v1/my/positions":
        yield {"run_id": foreign.run_ids[0], "positions": [_fix()]}
        yield {"run_id": own.run_ids[1], "positions": [_fix()]}


def _enquiry(rider_id: int) -> dict[str, object]:
    return {"rider": rider_id, "service_on": DAY.isoformat(), "anchor": "arrive_by", "origin": "Ward 7",
            "requested_at": "2026-11-25T09:00:00Z", "destination": "Bahnhofstrasse 5"}  # fmt: skip


def _fix() -> dict[str, object]:
    return {"at": datetime.now(UTC).isoformat(), "lon": 8.5, "lat": 47.3}


class Asked(NamedTuple):
    """One question of the matrix and its answer."""

    role: Role | None
    route: Route
    of: str
    status: int
    text: str

    def faults(self) -> Iterator[str]:
        """Name what is wrong with the answer."""
        where = f"{self.role or 'nobody'}: {self.route.method} {self.route.path} of {self.of}: {self.status}"
        if self.status >= 500:
            yield f"{where}, a mistake of the server"
        if CANARY in self.text:
            yield f"{where}, tells of the other company"
        if not self.route.public and (wrong := self._wrong()):
            yield f"{where}, {wrong}"

    def _wrong(self) -> str | None:
        if self.role is None:
            return None if self.status == 401 else "not 401 without a session or key"
        if not self.route.rights & RIGHTS[self.role]:
            return None if self.status == 403 else "not 403 without the right"
        if self.of == NAMED:
            taken = '"applied"' in self.text or (self.route.path in _MUST_REFUSE and self.status < 400)
            return "took what is another company's" if taken else None
        if self.of == OTHERS or (self.of == ANOTHERS and self.route.parameters):
            gone = self.status == 404 or self._may_be_missing()
            return None if gone else "not 404 for what is not theirs"
        refused = self.status in _NEVER and not self._may_be_missing()
        return "refused though it is allowed" if refused and self.of == OWN else None

    def _may_be_missing(self) -> bool:
        # Sessions are one's own; a key without a person has none of what belongs to a person; and what needs
        # the password again is refused before it is looked for.
        return self.status in {403, 404} and self.route.rights == {Right.ACCOUNT_OWN}


def ask_all(address: str, routes: list[Route], ours: Firm, theirs: Firm) -> list[Asked]:
    """Ask every route as nobody and as each role, for things of this company and of the other."""
    asked = []
    with httpx.Client(base_url=address, timeout=60) as client:
        for role in (None, *Role):
            headers = {} if role is None else {"Authorization": f"Bearer {ours.key(role)[1]}"}
            for route in routes:
                good = good_body(route, ours)
                cases: list[tuple[str, Firm, Any]] = [(OWN, ours, good), (ANOTHERS, theirs, good)]
                cases += [(NAMED, ours, body) for body in foreign_bodies(route, ours, theirs)]
                if role in NARROW and any(map(ours.others_thing, route.parameters)):
                    cases.append((OTHERS, ours, good))
                for of, firm, body in cases:
                    values = firm.things(route)
                    if of == OTHERS:
                        values |= {name: ours.others_thing(name) for name in route.parameters}
                    status, text = _ask(client, route, route.filled(values), body, headers)
                    asked.append(Asked(role, route, of, status, text))
    return asked


_DAY = {"day": DAY.isoformat()}
_QUERIES = {
    **{
        f"/api/v1/{noun}": _DAY
        for noun in ("board", "estimates", "runs", "manifests", "exports/trips", "exports/runs")
    },
    "/api/v1/events": {"after": "0"},
    "/api/v1/search": {"q": CANARY},
    "/api/v1/drivers/{driver_id}/notices": {"after": "0"},
    "/api/v1/plans/{plan_id}/difference": {"to": "1"},
}


def _ask(
    client: httpx.Client, route: Route, path: str, body: object, headers: dict[str, str]
) -> tuple[int, str]:
    content = {} if route.method == "GET" else {"json": body}
    query = _QUERIES.get(route.path, {}) if route.method == "GET" else {}
    request = client.build_request(
        route.method, path, params=query, headers={"X-Estafette": "1", "If-Match": "*", **headers}, **content
    )
    response = client.send(request, stream=True)
    try:
        if response.headers.get("content-type", "").startswith("text/event-stream"):
            return response.status_code, next(response.iter_text(), "")
        return response.status_code, response.read().decode(errors="replace")
    finally:
        response.close()


def faults(address: str, routes: list[Route], ours: Firm, theirs: Firm) -> list[str]:
    """Name everything that was answered otherwise than the table of permissions says, or changed elsewhere."""
    before = digest_of(theirs)
    found = [fault for each in ask_all(address, routes, ours, theirs) for fault in each.faults()]
    return found if digest_of(theirs) == before else [*found, "rows of the other company were changed"]


def digest_of(firm: Firm) -> str:
    """Sum up all rows of a company but what the matrix makes there itself."""
    digest = hashlib.sha256()
    with psycopg.connect(firm.database.server.owner) as owner:
        owner.execute("SELECT set_config('app.company', %s, true)", [str(firm.company_id)])
        tables = owner.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns WHERE column_name = 'company_id'"
            " AND table_schema = current_schema() ORDER BY 1"
        ).fetchall()
        for (table,) in tables:
            rows = owner.execute(
                f"SELECT coalesce(string_agg(t::text, '|' ORDER BY t::text), '') FROM {table} t"
                " WHERE company_id = %s",
                [firm.company_id],
            ).fetchone()
            assert rows is not None
            if table not in {"account", "api_key", "feed", "ledger"}:
                digest.update(f"{table}{rows[0]}".encode())
        locked = owner.execute(
            "SELECT (SELECT count(*) FROM account WHERE company_id = %(id)s AND locked_at IS NOT NULL),"
            " (SELECT count(*) FROM api_key WHERE company_id = %(id)s AND revoked_at IS NOT NULL)",
            {"id": firm.company_id},
        ).fetchone()
        digest.update(str(locked).encode())
    return digest.hexdigest()
