"""
Drivers, vehicles, riders, shifts and places as programs read and change them.

One table says of each kind how it reads and how it is stored; storing is that of imports (`store/intake/`), behind
guards: a new one needs a reference that is free, a change the version that its author has seen.
"""

from collections.abc import Callable, Sequence
from functools import partial
from types import GenericAlias
from typing import Any, LiteralString, NamedTuple

import msgspec

from estafette.domain.error import Conflict, Invalid, NotFound
from estafette.domain.ledger import Act
from estafette.domain.outcome import ImportOptions, Refusal, RequestOutcome
from estafette.domain.request import DriverRequest, PlaceRequest, RiderRequest, ShiftRequest, VehicleRequest
from estafette.domain.resource import (
    DriverView,
    PlaceView,
    ResourceFilter,
    RiderView,
    ShiftView,
    VehicleView,
)
from estafette.store.database import Database, Statement
from estafette.store.guards import ETAGS, guarded, not_taken, unchanged
from estafette.store.intake.delivery import Delivery, deliver
from estafette.store.intake.fleet import driver_delivery, vehicle_delivery
from estafette.store.intake.places import place_delivery
from estafette.store.intake.riders import rider_delivery
from estafette.store.intake.shifts import shift_delivery
from estafette.store.ledger import entering


class Page(NamedTuple):
    """Which part of a list: what follows the id `after`, at most `limit`."""

    after: int
    limit: int


class Kind(NamedTuple):
    """
    How one kind of thing is read and stored.

    `columns` are the members of its JSON beside id, reference and ETag; `joins` what they need; `where` what the
    filters ask for. Whoever reads one that is `entered` stands in the audit log.
    """

    name: str
    request: type[msgspec.Struct]
    view: type[msgspec.Struct]
    delivery: Callable[[Any, int, ImportOptions], Delivery]
    columns: LiteralString
    joins: LiteralString = ""
    where: LiteralString = ""
    entered: bool = False


_DRIVERS_OF: LiteralString = (
    "ARRAY(SELECT d.ref FROM unnest(x.{0}_driver_ids) AS n (id) JOIN driver d"
    " ON d.company_id = x.company_id AND d.id = n.id ORDER BY d.ref)"
)

KINDS: dict[str, Kind] = {
    "driver": Kind(
        "driver", DriverRequest, DriverView, driver_delivery,
        "'name', x.name, 'language', x.language, 'active', x.active, 'skills', x.skills, 'overtime_s', x.overtime_s,"
        " 'max_drive_s', x.max_drive_s, 'max_work_s', x.max_work_s",
        where=" AND (%(active)s::boolean IS NULL OR x.active = %(active)s)",
    ),
    "vehicle": Kind(
        "vehicle", VehicleRequest, VehicleView, vehicle_delivery,
        "'name', x.name, 'layouts', x.layouts, 'active', x.active, 'equipment', x.equipment,"
        " 'wheeled_dwell_s', x.wheeled_dwell_s",
        where=" AND (%(active)s::boolean IS NULL OR x.active = %(active)s)",
    ),
    "rider": Kind(
        "rider", RiderRequest, RiderView, rider_delivery,
        "'name', x.name, 'phone', x.phone, 'institution_id', x.institution_id, 'active', x.active, 'needs', x.needs, 'no_share', x.no_share, 'groups', x.groups, 'apart_from', x.apart_from,"
        " 'banned_drivers', " + _DRIVERS_OF.replace("{0}", "banned")
        + ", 'preferred_drivers', " + _DRIVERS_OF.replace("{0}", "preferred"),
        where=" AND (%(active)s::boolean IS NULL OR x.active = %(active)s)",
        entered=True,
    ),
    "shift": Kind(
        "shift", ShiftRequest, ShiftView, shift_delivery,
        "'driver', d.ref, 'vehicle', v.ref, 'service_on', x.service_on, 'starts_at', x.starts_at,"
        " 'ends_at', x.ends_at, 'start', p.ref, 'end', q.ref, 'breaks', x.breaks, 'activation_s', x.activation_s,"
        " 'run_id', r.id",
        joins=" JOIN driver d ON d.company_id = x.company_id AND d.id = x.driver_id"
        " JOIN vehicle v ON v.company_id = x.company_id AND v.id = x.vehicle_id"
        " JOIN place p ON p.company_id = x.company_id AND p.id = x.start_place_id"
        " LEFT JOIN place q ON q.company_id = x.company_id AND q.id = x.end_place_id"
        " JOIN run r ON r.company_id = x.company_id AND r.shift_id = x.id",
        where=" AND (%(day)s::date IS NULL OR x.service_on = %(day)s)",
    ),
    "place": Kind(
        "place", PlaceRequest, PlaceView, place_delivery,
        "'name', x.name, 'address', x.address, 'lon', x.lon, 'lat', x.lat, 'access_lon', a.lon, 'access_lat', a.lat,"
        " 'access_note', x.access_note,"
        " 'active', x.active",
        joins=" LEFT JOIN access_point a ON a.company_id = x.company_id AND a.place_id = x.id",
        where=" AND (%(active)s::boolean IS NULL OR x.active = %(active)s)",
    ),
}  # fmt: skip


def _select(kind: Kind) -> LiteralString:
    table: LiteralString = KINDS[kind.name].name
    return (
        "SELECT x.id, jsonb_build_object('" + table + "_id', x.id, 'ref', x.ref, 'etag', " + ETAGS[kind.name] + ", "
        + kind.columns + ") AS card FROM " + table + " x" + kind.joins + " WHERE x.company_id = %(company)s"
    )  # fmt: skip


# With the reading itself, so that nothing is read that is not entered.
_ENTER: LiteralString = ", CASE WHEN count(*) > 0 THEN write_ledger(%(company)s, 'read', %(kind)s, array_agg(id ORDER BY id), '[]') END"


def list_resources(
    database: Database, company_id: int, kind: Kind, which: ResourceFilter, *, page: Page, actor: str
) -> tuple[Any, ...]:
    """List things of a kind in the order of their ids, as `actor`."""
    sql: LiteralString = (
        "SELECT coalesce(jsonb_agg(card ORDER BY id), '[]')::text" + (_ENTER if kind.entered else "")
        + " FROM (" + _select(kind) + kind.where
        + " AND x.id > %(after)s AND (%(ref)s::text IS NULL OR x.ref = %(ref)s) ORDER BY x.id LIMIT %(limit)s) AS listed"
    )  # fmt: skip
    scope = {"company": company_id, "kind": kind.name, **page._asdict(), **msgspec.structs.asdict(which)}
    rows = database.transact(company_id, [Statement(sql, scope)], actor=actor if kind.entered else None)[0]
    found: tuple[Any, ...] = msgspec.json.decode(rows[0][0], type=GenericAlias(tuple, (kind.view, ...)))
    return found


def get_resource(database: Database, company_id: int, kind: Kind, number: int, *, actor: str) -> Any:
    """Read a thing of a kind, as `actor`; raises `NotFound`."""
    entry = [entering(company_id, Act.READ, kind.name, [number])] if kind.entered else []
    return _one(database, company_id, kind, " AND x.id = %(key)s", number, entry, actor if entry else None)


def _one(  # noqa: PLR0913, PLR0917 - what is read, and how the reading is entered
    database: Database, company_id: int, kind: Kind, where: LiteralString, key: int | str,
    then: Sequence[Statement] = (), actor: str | None = None,
) -> Any:  # fmt: skip
    sql: LiteralString = "SELECT card::text FROM (" + _select(kind) + where + ") AS found"
    read = Statement(sql, {"company": company_id, "key": key})
    rows = database.transact(company_id, [read, *then], actor=actor)[0]
    if not rows:
        message = f"there is no {kind.name} {key}"
        raise NotFound(message)
    return msgspec.json.decode(rows[0][0], type=kind.view)


def create_resource(database: Database, company_id: int, kind: Kind, request: Any, *, actor: str) -> Any:
    """
    Store a new thing and read it back.

    Raises
    ------
    Conflict
        Its reference is taken, or a shift overlaps another.
    Invalid
        It names what the company does not have; the pointer says where.
    """
    guard = not_taken(kind.name, company_id, request.ref)
    options = ImportOptions(actor=actor, atomic=True)
    stored = deliver(database, company_id, [partial(kind.delivery, [request])], options, guards=[guard])
    _refuse(request, stored[0].outcomes[0])
    return _one(database, company_id, kind, " AND x.ref = %(key)s", request.ref)


def change_resource(  # noqa: PLR0913 - whose, what, from which version, by whom
    database: Database, company_id: int, kind: Kind, request: Any, *, number: int, version: str, actor: str
) -> Any:
    """Store a changed thing that stood at a version, and read it back; raises as `create_resource`, and `Stale`."""
    guard = unchanged(kind.name, company_id, number, version)
    options = ImportOptions(actor=actor, atomic=True)
    stored = deliver(database, company_id, [partial(kind.delivery, [request])], options, guards=[guard])
    _refuse(request, stored[0].outcomes[0])
    return _one(database, company_id, kind, " AND x.id = %(key)s", number)


def put_in_use(  # noqa: PLR0913 - whose, what, from which version, by whom
    database: Database, company_id: int, kind: Kind, number: int, *, active: bool, version: str, actor: str
) -> Any:
    """Put a rider or a place in use or out of use, and read it back; raises `Stale`."""
    table: LiteralString = KINDS[kind.name].name
    sql: LiteralString = (
        "UPDATE " + table + " SET active = %(active)s WHERE company_id = %(company)s AND id = %(id)s"
    )
    guard = unchanged(kind.name, company_id, number, version)
    write = Statement(sql, {"company": company_id, "id": number, "active": active})
    guarded(database, company_id, [guard, write], actor=actor)
    return _one(database, company_id, kind, " AND x.id = %(key)s", number)


_UNKNOWN = {
    Refusal.UNKNOWN_DRIVER: ("driver", "banned_drivers", "preferred_drivers"),
    Refusal.UNKNOWN_VEHICLE: ("vehicle",),
    Refusal.UNKNOWN_PLACE: ("start", "end"),
}


def _refuse(request: Any, outcome: RequestOutcome) -> None:
    """Raise what a refusal means for the one thing that was to be stored."""
    if outcome.refusal is None:
        return
    if fields := _UNKNOWN.get(outcome.refusal):
        named = (field for field in fields if _names(getattr(request, field, None), outcome.detail))
        field = next(named, fields[0])
        message = f"{field}: there is no {outcome.refusal.removeprefix('unknown_')} {outcome.detail}"
        raise Invalid(message, pointer=f"/{field}")
    said = outcome.refusal.replace("_", " ")
    message = f"nothing was changed: {said} {outcome.detail}".rstrip()
    raise Conflict(message, code=outcome.refusal)


def _names(value: object, ref: str) -> bool:
    return value == ref or (isinstance(value, tuple) and ref in value)
