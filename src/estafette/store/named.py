"""Drivers and institutions by their references."""

from typing import LiteralString

from estafette.domain.error import NotFound
from estafette.store.database import Database

_DRIVER: LiteralString = "SELECT id FROM driver WHERE company_id = %(company)s AND ref = %(ref)s"
_INSTITUTION: LiteralString = "SELECT id FROM institution WHERE company_id = %(company)s AND ref = %(ref)s"


def driver_of(database: Database, company_id: int, ref: str) -> int:
    """Give the id of a driver; raises `NotFound`."""
    return _id(database.read(company_id, _DRIVER, {"company": company_id, "ref": ref}), "driver", ref)


def institution_of(database: Database, company_id: int, ref: str) -> int:
    """Give the id of an institution; raises `NotFound`."""
    return _id(
        database.read(company_id, _INSTITUTION, {"company": company_id, "ref": ref}), "institution", ref
    )


def _id(rows: list[tuple[int, ...]], what: str, ref: str) -> int:
    if not rows:
        message = f"there is no {what} {ref}"
        raise NotFound(message)
    return rows[0][0]
