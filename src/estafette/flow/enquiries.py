"""Asking in words for a trip, declining it, withdrawing it; it is booked by `bookings.book`."""

from estafette.domain.enquiry import EnquiryBody, EnquiryState, EnquiryView, answered
from estafette.domain.error import Forbidden, Invalid
from estafette.domain.request import is_near
from estafette.store.bookings import names_of
from estafette.store.database import Database
from estafette.store.enquiries import add_enquiry, get_enquiry, settle_enquiry


def ask(
    database: Database, company_id: int, institution_id: int | None, body: EnquiryBody, *, actor: str
) -> EnquiryView:
    """
    Keep what an institution asks for, and tell boards of it.

    Raises
    ------
    Forbidden
        Who asks has no institution.
    Invalid
        It names a rider who is none of the institution's, or contradicts itself; the pointer says where.
    """
    if institution_id is None:
        message = "requests in words are an institution's"
        raise Forbidden(message)
    _refuse_contradictions(body)
    rider = _rider(database, company_id, body.rider)
    number = add_enquiry(database, company_id, institution_id, body, rider, actor=actor)
    return get_enquiry(database, company_id, number)


def _refuse_contradictions(body: EnquiryBody) -> None:
    for field in ("requested_at", "return_at"):
        at = getattr(body, field)
        if at is not None and not is_near(at, body.service_on):
            message = f"/{field}: expected a time on the service day"
            raise Invalid(message, pointer=f"/{field}")
    if body.return_at is not None and not body.returns:
        message = "/returns: expected true with a time of the way back"
        raise Invalid(message, pointer="/returns")
    _refuse_blank(origin=body.origin, destination=body.destination, rider=str(body.rider))


def _refuse_blank(**words: str) -> None:
    for field, text in words.items():
        if not text.strip():
            message = f"/{field}: expected words"
            raise Invalid(message, pointer=f"/{field}")


def _rider(database: Database, company_id: int, rider: int | str) -> tuple[int | None, str]:
    if isinstance(rider, str):
        return None, rider
    known = names_of(database, company_id, place_ids=[], rider=rider).rider
    if known is None:
        message = f"/rider: there is no rider {rider}"
        raise Invalid(message, pointer="/rider")
    return rider, known[1]


def decline(database: Database, company_id: int, enquiry_id: int, reason: str, *, actor: str) -> EnquiryView:
    """Say why it cannot be; raises `NotFound`, `Invalid`, and `Conflict` where it is answered."""
    _refuse_blank(reason=reason)
    return _settled(database, company_id, enquiry_id, EnquiryState.DECLINED, reason, actor)


def withdraw(database: Database, company_id: int, enquiry_id: int, *, actor: str) -> EnquiryView:
    """Say that it is no longer wanted; raises `NotFound`, and `Conflict` where it is answered."""
    return _settled(database, company_id, enquiry_id, EnquiryState.WITHDRAWN, "", actor)


def _settled(
    database: Database, company_id: int, enquiry_id: int, state: EnquiryState, reason: str, actor: str
) -> EnquiryView:
    get_enquiry(database, company_id, enquiry_id)
    done = settle_enquiry(database, company_id, enquiry_id, state, reason=reason, actor=actor)
    now = get_enquiry(database, company_id, enquiry_id)
    if not done and (now.state, now.reason) != (state, reason):
        raise answered(now)
    return now
