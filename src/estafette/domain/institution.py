"""Clinics, wards and care homes that book for their own riders."""

from estafette.domain.hand import Id
from estafette.domain.record import Record
from estafette.domain.request import Name, Ref


class InstitutionRequest(Record, frozen=True, kw_only=True):
    """An institution to make: the sender's reference and what it is called."""

    ref: Ref
    name: Name


class InstitutionPatch(Record, frozen=True, kw_only=True):
    """What an institution is called from now on."""

    name: Name


class InstitutionView(InstitutionRequest, frozen=True, kw_only=True):
    """An institution, with how many riders it has. `etag` changes with it."""

    institution_id: int
    riders: int
    etag: str


class RiderOf(Record, frozen=True, kw_only=True):
    """By which institution a rider is booked for; null: by none."""

    institution_id: Id | None
