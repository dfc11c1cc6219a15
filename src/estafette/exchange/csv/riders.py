"""Files of riders."""

from typing import Any

from estafette.domain.request import RiderRequest
from estafette.exchange.csv.cell import PHONE, REF, REFS, TEXT, WORDS, YES_NO
from estafette.exchange.csv.sheet import BadValue, Column, Sheet, Values


def _rider(values: Values, _: str) -> RiderRequest:
    if both := set(values["banned_drivers"]) & set(values["preferred_drivers"]):
        raise BadValue("preferred_drivers", f"drivers who are not banned, as {min(both)} is")
    return RiderRequest(**values)


def _taken(rider: RiderRequest, _: str) -> dict[str, Any]:
    return {name: getattr(rider, name) for name in rider.__struct_fields__}


RIDERS = Sheet(
    kind="riders",
    columns=(
        Column("ref", REF, "your reference of the rider", "R00012", required=True),
        Column("name", TEXT, "name", "Alba Favrelin", required=True),
        Column("phone", PHONE, "phone, for who drives the rider", "+41 00 100 00 12", default=""),
        Column("needs", WORDS, "skills or equipment that every trip needs", "stair chair", default=()),
        Column("no_share", YES_NO, "always rides alone", "no", default=False),
        Column("groups", WORDS, "groups that the rider belongs to", "immune deficiency", default=()),
        Column("apart_from", WORDS, "groups that the rider is never aboard with", "infectious", default=()),
        Column("banned_drivers", REFS, "drivers who never drive the rider", "", default=()),
        Column("preferred_drivers", REFS, "drivers of whom one should", "D001", default=()),
    ),
    make=_rider,
    take=_taken,
)
