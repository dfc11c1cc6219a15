"""Files of trips."""

from datetime import datetime
from typing import Any

from estafette.domain.booking import Anchor, Direction
from estafette.domain.fleet import Spaces
from estafette.domain.request import TripRequest, place_ref
from estafette.exchange.csv.cell import (
    COUNT,
    DAY,
    DAY_S,
    DWELL_S,
    PHONE,
    PRICE_S,
    PRIORITY,
    REF,
    RIDE_S,
    TEXT,
    TIME,
    WORDS,
    YES_NO,
    choice,
)
from estafette.exchange.csv.moment import written
from estafette.exchange.csv.sheet import (
    BadValue,
    Column,
    Sheet,
    Values,
    moment_of,
    place_columns,
    place_of,
    place_values,
)

_AS_THEY_ARE = (
    "ref", "booking", "rider", "rider_name", "rider_phone", "direction", "service_on", "anchor", "companions",
    "pickup_dwell_s", "dropoff_dwell_s", "max_ride_s", "purpose", "standing_order", "needs", "no_share",
    "priority", "unserved_s", "min_stay_s", "same_driver", "waits",
)  # fmt: skip


def _trip(values: Values, zone: str) -> TripRequest:
    origin, destination = place_of(values, "origin"), place_of(values, "destination")
    if place_ref(origin) == place_ref(destination):
        raise BadValue("destination", "another place than the origin")
    if values["priority"] and values["unserved_s"] is not None:
        raise BadValue("unserved_s", "nothing, or priority 0: an optional trip has no priority")
    as_they_are = {name: values[name] for name in _AS_THEY_ARE}
    return TripRequest(
        **as_they_are | {"booking": values["booking"] or values["ref"]},
        origin=origin,
        destination=destination,
        requested_at=_time(values, "requested_at", zone),
        expected_at=_time(values, "expected_at", zone),
        takes=_takes(values),
    )


def _time(values: Values, column: str, zone: str) -> datetime | None:
    if values[column] is None:
        return None
    return moment_of(values, column, values["service_on"], zone)


def _takes(values: Values) -> Spaces:
    counts = [values[kind] for kind in ("seats", "wheelchairs", "stretchers")]
    if counts == [None, None, None]:
        return Spaces(seats=1)
    seats, wheelchairs, stretchers = (count or 0 for count in counts)
    if not seats + wheelchairs + stretchers:
        raise BadValue("seats", "at least one seat, wheelchair place or stretcher")
    return Spaces(seats=seats, wheelchairs=wheelchairs, stretchers=stretchers)


def _trip_values(trip: TripRequest, zone: str) -> dict[str, Any]:
    return {
        **{name: getattr(trip, name) for name in _AS_THEY_ARE},
        **place_values(trip.origin, "origin"),
        **place_values(trip.destination, "destination"),
        "requested_at": trip.requested_at and written(trip.requested_at, trip.service_on, zone),
        "expected_at": trip.expected_at and written(trip.expected_at, trip.service_on, zone),
        "seats": trip.takes.seats,
        "wheelchairs": trip.takes.wheelchairs,
        "stretchers": trip.takes.stretchers,
    }


_HOME = ("H00012", "Chemin des Tilleuls 7", "Chemin des Tilleuls 7, 1213 Onex", "6.1012", "46.1848")
_WARD = ("hug", "HUG, Cluse-Roseraie", "Rue Gabrielle-Perret-Gentil 4, 1205 Genève", "6.1490", "46.1930")

TRIPS = Sheet(
    kind="trips",
    columns=(
        Column(
            "ref",
            REF,
            "your reference of the trip; the same again changes the trip",
            "B00012-1",
            required=True,
        ),
        Column("booking", REF, "reference that the legs of a booking share (empty: `ref`)", "B00012"),
        Column("rider", REF, "your reference of the rider", "R00012", required=True),
        Column("rider_name", TEXT, "name of the rider", "Alba Favrelin", required=True),
        Column("rider_phone", PHONE, "phone of the rider (empty: as it is)", "+41 00 100 00 12"),
        Column(
            "direction",
            choice([*Direction], Direction),
            "what the leg is for",
            "outbound",
            default=Direction.OUTBOUND,
        ),
        Column("service_on", DAY, "service day", "2026-11-25", required=True),
        *place_columns("origin", "from where", _HOME),
        *place_columns("destination", "to where", _WARD),
        Column(
            "anchor", choice([*Anchor], Anchor), "which end carries the promise", "arrive_by", required=True
        ),
        Column(
            "requested_at", TIME, 'time asked for (empty: a will-call, until someone says "ready")', "08:30"
        ),
        Column("seats", COUNT, "seats of the rider (all three empty: 1 seat)", "0"),
        Column("wheelchairs", COUNT, "wheelchair places of the rider", "1"),
        Column("stretchers", COUNT, "stretchers of the rider", "0"),
        Column("companions", COUNT, "companions, a seat each", "1", default=0),
        Column("pickup_dwell_s", DWELL_S, "time at the door of the pick-up (empty: by need)", ""),
        Column("dropoff_dwell_s", DWELL_S, "time at the door of the drop-off (empty: by need)", ""),
        Column("max_ride_s", RIDE_S, "longest ride (empty: the rule of the company)", "3600"),
        Column("purpose", TEXT, "what for; the same for all legs of a booking", "dialysis", default=""),
        Column("standing_order", REF, "reference of the repeating order; the same for all legs", "SO00012"),
        Column(
            "needs", WORDS, "what this trip needs beside what its rider always needs", "oxygen", default=()
        ),
        Column("no_share", YES_NO, "rides alone this time", "no", default=False),
        Column("priority", PRIORITY, "trips of a higher one are served before all others", "", default=0),
        Column("unserved_s", PRICE_S, "makes the trip optional: what not serving it costs", ""),
        Column(
            "min_stay_s",
            DAY_S,
            "tied to the leg before it in its booking: fetched so long after it, or later",
            "",
        ),
        Column("same_driver", YES_NO, "tied to the leg before it: by the same driver", "", default=False),
        Column(
            "waits", YES_NO, "tied to the leg before it: the vehicle waits at the door", "", default=False
        ),
        Column(
            "expected_at", TIME, "when a will-call will probably be ready: the plan holds room for it", ""
        ),
    ),
    make=_trip,
    take=_trip_values,
)
