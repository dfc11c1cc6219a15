"""Requests in words: asked and withdrawn by institutions, declined or booked by dispatchers."""

from datetime import date

from estafette.domain.enquiry import Decline, EnquiryBody, EnquiryState, EnquiryView
from estafette.domain.permission import Right
from estafette.edge.web.api.page import Listed, Sparse, page
from estafette.edge.web.api.route import Answer, Ask, Route
from estafette.flow.enquiries import ask as ask_for
from estafette.flow.enquiries import decline, withdraw
from estafette.store.enquiries import EnquiryFilter, get_enquiry, list_enquiries


class Enquiries(Listed, frozen=True, kw_only=True):
    """Which requests in words to list."""

    day: date | None = None
    state: EnquiryState | None = None


def list_(ask: Ask) -> Answer:
    """List requests in words, by day and state; an institution sees its own."""
    which = EnquiryFilter(day=ask.query.day, state=ask.query.state)

    def read(after: int, limit: int) -> tuple[EnquiryView, ...]:
        return list_enquiries(ask.database, ask.company_id, which, after=after, limit=limit, actor=ask.actor)

    return Answer(page(ask.query, read, lambda enquiry: enquiry.enquiry_id))


def get(ask: Ask) -> Answer:
    """Give a request in words."""
    return Answer(get_enquiry(ask.database, ask.company_id, ask.id("enquiry_id"), actor=ask.actor))


def create(ask: Ask) -> Answer:
    """Ask for a trip in words, where a place of it is not known: a dispatcher books it, or says why not."""
    of = ask.caller.institution_id
    made = ask_for(ask.database, ask.company_id, of, ask.body, actor=ask.actor)
    return Answer(made, status=201, location=f"/enquiries/{made.enquiry_id}")


def say_no(ask: Ask) -> Answer:
    """Decline a request in words, with the reason that the institution reads."""
    number = ask.id("enquiry_id")
    return Answer(decline(ask.database, ask.company_id, number, ask.body.reason, actor=ask.actor))


def take_back(ask: Ask) -> Answer:
    """Withdraw an own request in words that nobody has answered."""
    return Answer(withdraw(ask.database, ask.company_id, ask.id("enquiry_id"), actor=ask.actor))


_MANY, _ONE = "/enquiries", "/enquiries/{enquiry_id:int}"
ROUTES = (
    Route("GET", _MANY, Right.BOOKING_READ, list_, EnquiryView, query=Enquiries),
    Route("POST", _MANY, Right.WARD_OWN, create, EnquiryView, EnquiryBody, status=201),
    Route("GET", _ONE, Right.BOOKING_READ, get, EnquiryView, query=Sparse),
    Route("POST", f"{_ONE}/decline", Right.ASSIGNMENT_WRITE, say_no, EnquiryView, Decline),
    Route("POST", f"{_ONE}/withdraw", Right.WARD_OWN, take_back, EnquiryView),
)
