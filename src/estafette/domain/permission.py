"""
Who may do what: one table, as data.

Every route of the API names the one right that it needs; a caller has the rights of a role, or of an API
key, which has no more than the role of who made it. Drivers and institutions have rights on what is their
own alone; which rows those are is decided in the database.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """What a person is in a company."""

    ADMIN = "admin"
    DISPATCHER = "dispatcher"
    DRIVER = "driver"
    INSTITUTION = "institution"
    READ_ONLY = "read_only"


class Right(StrEnum):
    """What can be allowed: a noun, and whether it is read or written."""

    ACCOUNT_OWN = "account:own"  # one's own sessions, password and second factors
    COMPANY_READ = "company:read"
    COMPANY_WRITE = "company:write"
    USER_READ = "user:read"
    USER_WRITE = "user:write"
    KEY_WRITE = "key:write"
    WEBHOOK_WRITE = "webhook:write"
    AUDIT_READ = "audit:read"
    BOARD_READ = "board:read"  # the day as a whole: runs, trips, estimates, live events
    FLEET_READ = "fleet:read"  # drivers, vehicles, shifts
    FLEET_WRITE = "fleet:write"
    INSTITUTION_READ = "institution:read"
    INSTITUTION_WRITE = "institution:write"  # made, renamed; and which riders are whose
    PLACE_READ = "place:read"
    PLACE_WRITE = "place:write"
    RIDER_READ = "rider:read"
    RIDER_WRITE = "rider:write"
    RIDER_NOTES = "rider:notes"  # medical notes, which are kept encrypted
    RIDER_ERASE = "rider:erase"  # all that is held of a rider: handed out, or erased
    BOOKING_READ = "booking:read"
    BOOKING_WRITE = "booking:write"
    ASSIGNMENT_WRITE = "assignment:write"
    PLAN_READ = "plan:read"
    PLAN_WRITE = "plan:write"  # solves, applying, undoing
    RUN_OWN = "run:own"  # a driver's manifest, notices and stops done
    WARD_OWN = "ward:own"  # an institution's page: its riders' trips of these days
    TRANSFER_READ = "transfer:read"  # exports
    TRANSFER_WRITE = "transfer:write"  # imports


_READS = frozenset(
    {
        Right.ACCOUNT_OWN, Right.COMPANY_READ, Right.BOARD_READ, Right.FLEET_READ, Right.PLACE_READ,
        Right.RIDER_READ, Right.BOOKING_READ, Right.PLAN_READ, Right.INSTITUTION_READ,
    }
)  # fmt: skip
_DISPATCHES = _READS | {
    Right.FLEET_WRITE, Right.PLACE_WRITE, Right.RIDER_WRITE, Right.RIDER_NOTES, Right.BOOKING_WRITE,
    Right.ASSIGNMENT_WRITE, Right.PLAN_WRITE, Right.TRANSFER_READ, Right.TRANSFER_WRITE,
    Right.INSTITUTION_WRITE,
}  # fmt: skip

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.ADMIN: frozenset(Right) - {Right.RUN_OWN, Right.WARD_OWN},
    Role.DISPATCHER: _DISPATCHES,
    Role.DRIVER: frozenset({Right.ACCOUNT_OWN, Right.RUN_OWN}),
    Role.INSTITUTION: frozenset(
        {
            Right.ACCOUNT_OWN, Right.PLACE_READ, Right.RIDER_READ, Right.RIDER_WRITE, Right.BOOKING_READ,
            Right.BOOKING_WRITE, Right.WARD_OWN,
        }
    ),
    Role.READ_ONLY: _READS,
}  # fmt: skip
