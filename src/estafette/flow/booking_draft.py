"""Looking at a booking before it is made: what it would clash with, and which runs could take it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.booking_draft import BookingDraft, DraftTrip, RiderWishes
from estafette.domain.booking_request import BookingBody
from estafette.domain.error import Invalid
from estafette.domain.fleet import Spaces
from estafette.domain.offer import Offer
from estafette.domain.place import Place
from estafette.domain.request import PlaceRequest, Promise, TripRequest, place_ref
from estafette.flow.bookings import requests_of
from estafette.flow.standings import Standings
from estafette.planning.offers import offers
from estafette.store.booking_draft import Met, what_meets
from estafette.store.database import Database

# As `store/day_sql.py` has it: a trip promises one end, the other may be up to this much away.
_OTHER_END = timedelta(hours=3)
# Offers come in the order of the search's estimate: among so many the cheapest are looked for.
_LOOKED_AT = 6


def draft(database: Database, company_id: int, body: BookingBody, standings: Standings) -> BookingDraft:
    """
    Say what a booking would meet, with `body.offers` runs for each of its trips; nothing is written.

    Raises
    ------
    Invalid
        As `book`.
    """
    requests = requests_of(database, company_id, body, ref="draft")
    met = what_meets(database, company_id, requests)
    places = {each.ref: each.place for each in met.places}
    _refuse_unknown(requests, places)
    return BookingDraft(
        trips=tuple(
            DraftTrip(
                promised_from=window.from_at if window else None,
                promised_to=window.to_at if window else None,
                clashes=tuple(each.clash for each in met.clashes if each.n == n),
                offers=_offers(standings, company_id, n, request, met, places, body.offers) if window else (),
            )
            for n, request in enumerate(requests)
            for window in [request.promised(Promise())]
        )
    )


def _refuse_unknown(requests: Sequence[TripRequest], places: dict[str, Place]) -> None:
    for n, request in enumerate(requests):
        for field in ("origin", "destination"):
            place = getattr(request, field)
            if not isinstance(place, PlaceRequest) and place not in places:
                message = f"/trips/{n}/{field}: there is no place {place}"
                raise Invalid(message, pointer=f"/trips/{n}/{field}")


def _offers(  # noqa: PLR0913, PLR0917 - what is asked, and of whom
    standings: Standings,
    company_id: int,
    n: int,
    request: TripRequest,
    met: Met,
    places: dict[str, Place],
    k: int,
) -> tuple[Offer, ...]:
    ends = [places.get(place_ref(place)) for place in (request.origin, request.destination)]
    known = [place for place in ends if place is not None]
    if not k or len(known) < len(ends) or _is_tied(n, request):
        return ()
    try:
        with standings.lent(company_id, request.service_on, known) as standing:
            start_at = standing.plan.day_start_at
            facts = facts_of(request, met.wishes or RiderWishes(), (known[0], known[1]), start_at)
            found = offers(standing, msgspec.structs.replace(facts, trip_id=-1 - n), max(k, _LOOKED_AT))
            return tuple(sorted(found, key=lambda offer: offer.cost)[:k])
    except Invalid as error:
        if error.pointer == "/service_on":  # nobody drives on that day yet
            return ()
        raise


def _is_tied(n: int, request: TripRequest) -> bool:
    return n > 0 and (request.min_stay_s is not None or request.same_driver or request.waits)


def facts_of(
    request: TripRequest, wishes: RiderWishes, ends: tuple[Place, Place], start_at: datetime
) -> TripFacts:
    """Give a trip as the optimiser sees it once it is booked (`store/day_sql.py`), without its ties."""
    window = request.promised(Promise())
    assert window is not None
    from_at, to_at = window
    fetched = request.anchor is Anchor.PICKUP_AT

    def second(at: datetime) -> int:
        return int((at - start_at).total_seconds())

    dwell, takes = request.dwell(), request.takes
    return TripFacts(
        trip_id=0, ref=request.ref, version=0, origin_id=ends[0].place_id, destination_id=ends[1].place_id,
        anchor=request.anchor, pickup_from_s=second(from_at if fetched else from_at - _OTHER_END),
        pickup_to_s=second(to_at), dropoff_from_s=second(from_at),
        dropoff_to_s=second(to_at + _OTHER_END if fetched else to_at), pickup_dwell_s=dwell.pickup_s,
        dropoff_dwell_s=dwell.dropoff_s, max_ride_s=request.max_ride_s,
        takes=Spaces(
            seats=takes.seats + request.companions, wheelchairs=takes.wheelchairs, stretchers=takes.stretchers
        ),
        target_s=second(from_at if fetched else from_at + (to_at - from_at) / 2),
        needs=tuple(sorted({*request.needs, *wishes.needs})), no_share=request.no_share or wishes.no_share,
        groups=wishes.groups, apart_from=wishes.apart_from, banned_driver_ids=wishes.banned_driver_ids,
        preferred_driver_ids=wishes.preferred_driver_ids, priority=request.priority,
        unserved_s=request.unserved_s,
    )  # fmt: skip
