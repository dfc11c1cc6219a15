"""The audit log: entries that follow each other, each hash covering the one before."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from estafette.domain.record import Record


class Act(StrEnum):
    """What was done. `prune`: old rows went by a rule of retention; `export`, `erase`: of one rider."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    READ = "read"
    PRUNE = "prune"
    EXPORT = "export"
    ERASE = "erase"


class LedgerEntry(Record, frozen=True, kw_only=True):
    """
    Who did what to which rows of a kind, when and why.

    `changes` has an object for each row: its `id`, and for each field `[before, after]`, or `true` where the
    values of that field are not entered (names, addresses, needs, secrets). A delivery of more than a hundred
    new rows has their `ids` alone.
    """

    id: int
    at: datetime
    actor: str
    action: Act
    kind: str
    ids: tuple[int, ...]
    changes: tuple[dict[str, Any], ...]
    why: str
    request_id: str


class Anchor(Record, frozen=True, kw_only=True):
    """The head of a company's log at a moment, to be kept where whoever changes the database cannot write."""

    company_id: int
    id: int
    hash: str
    at: datetime


class Verified(Record, frozen=True, kw_only=True):
    """What following the chain found: entries read, first and last id, and a line for each break in it."""

    entries: int
    first: int
    last: int
    findings: tuple[str, ...]
