"""Bookings, their trips, and standing orders."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from estafette.client.connection import Call
from estafette.client.resource import Noun, etag_of
from estafette.domain.booking import Lock, TripStatus
from estafette.domain.booking_draft import BookingDraft
from estafette.domain.booking_request import BookingBody, BookingView
from estafette.domain.enquiry import EnquiryBody, EnquiryView
from estafette.domain.hand import HandDone
from estafette.domain.offer import Offers, Options
from estafette.domain.standing_order import (
    Changed,
    Made,
    Otherwise,
    StandingOrder,
    StandingOrderBody,
)
from estafette.domain.trip import TripView
from estafette.domain.trip_history import TripHistory


class Bookings(Noun):
    """Bookings with their trips."""

    def list(self, **which: Any) -> Iterator[BookingView]:
        """List them by `ref`, `rider_id`, `day`, `status`, `standing_order`."""
        return self._at.pages("/bookings", BookingView, which)

    def get(self, booking_id: int) -> BookingView:
        """Give one with its trips."""
        return self._get(f"/bookings/{booking_id}", BookingView)

    def create(self, booking: BookingBody, *, key: str | None = None) -> BookingView:
        """Book trips of a rider; the answer warns of clashes, and offers runs where asked."""
        return self._post("/bookings", BookingView, booking, key=key)

    def draft(self, booking: BookingBody) -> BookingDraft:
        """Say what it would clash with, and with `offers` which runs could take it; nothing is written."""
        return self._post("/bookings/draft", BookingDraft, booking)

    def change(self, seen: BookingView, **said: str | bool) -> BookingView:
        """Change its `purpose`, its `notes`, or that its return stays after a no-show (`return_kept`)."""
        return self._change("PATCH", f"/bookings/{seen.booking_id}", BookingView, etag_of(seen), said)

    def cancel(self, seen: BookingView, *, by: str, reason: str = "") -> BookingView:
        """Call off every trip of a booking that can still be called off."""
        path = f"/bookings/{seen.booking_id}/cancel"
        return self._post(path, BookingView, {"by": by, "reason": reason}, seen=etag_of(seen))


class Enquiries(Noun):
    """Requests in words. They are booked by `bookings.create` with their id."""

    def list(self, **which: Any) -> Iterator[EnquiryView]:
        """List them by `day`, `state`; an institution's key gives its own."""
        return self._at.pages("/enquiries", EnquiryView, which)

    def get(self, enquiry_id: int) -> EnquiryView:
        """Give one."""
        return self._get(f"/enquiries/{enquiry_id}", EnquiryView)

    def ask(self, enquiry: EnquiryBody, *, key: str | None = None) -> EnquiryView:
        """Ask for a trip, as an institution."""
        return self._post("/enquiries", EnquiryView, enquiry, key=key)

    def decline(self, enquiry_id: int, *, reason: str) -> EnquiryView:
        """Say why it cannot be."""
        return self._post(f"/enquiries/{enquiry_id}/decline", EnquiryView, {"reason": reason})

    def withdraw(self, enquiry_id: int) -> EnquiryView:
        """Say, as who asked, that it is no longer wanted."""
        return self._post(f"/enquiries/{enquiry_id}/withdraw", EnquiryView)


class Trips(Noun):
    """Trips: read, changed, called off, put on runs. What changes one names it as it was read."""

    def list(self, **which: Any) -> Iterator[TripView]:
        """List them by `day`, `status`, `rider_id`, `booking_id`, `run_id`, `ref`."""
        return self._at.pages("/trips", TripView, which)

    def get(self, trip_id: int) -> TripView:
        """Give one."""
        return self._get(f"/trips/{trip_id}", TripView)

    def history(self, trip_id: int) -> TripHistory:
        """Give what has happened to it and by whom, the newest first."""
        return self._get(f"/trips/{trip_id}/history", TripHistory)

    def change(self, seen: TripView, **fields: Any) -> TripView:
        """Change the named fields of a trip that nobody drives yet."""
        return self._change("PATCH", f"/trips/{seen.trip_id}", TripView, etag_of(seen), fields)

    def cancel(self, seen: TripView, *, by: str, reason: str = "") -> TripView:
        """Call it off."""
        return self._say(seen, "cancel", {"by": by, "reason": reason})

    def ready(self, seen: TripView, *, at: datetime | None = None) -> TripView:
        """Say that the rider of a will-call is ready, from `at` on or now."""
        return self._say(seen, "ready", {"at": at})

    def status(self, seen: TripView, status: TripStatus) -> TripView:
        """Say where it stands now."""
        return self._say(seen, "status", {"status": status})

    def offers(self, trip_id: int, *, k: int = 3) -> Offers:
        """Rank the runs that can take it, the cheapest first."""
        return self._get(f"/trips/{trip_id}/offers", Offers, k=k)

    def options(self, trip_id: int, *, ripple: bool = False, runs: Iterable[int] = ()) -> Options:
        """Put it against all runs, or some: what each would cost, or the reason that binds."""
        only = ",".join(map(str, runs)) or None
        return self._get(f"/trips/{trip_id}/options", Options, ripple=ripple, runs=only)

    def assign(self, seen: TripView, run_id: int, *, why: str = "", **how: Any) -> HandDone:
        """Put it on a run: `pickup_position`, `dropoff_position`, `lock`, `force`, `why`, `validate_only`."""
        path = f"/trips/{seen.trip_id}/assignment"
        body = {"run_id": run_id, **how}
        return self._at.give(Call("PUT", path, body=body, seen=etag_of(seen), why=why), HandDone)

    def unassign(
        self, seen: TripView, *, force: bool = False, why: str = "", validate_only: bool = False
    ) -> HandDone:
        """Take it off its run; with `force` against rules, and `why`."""
        path = f"/trips/{seen.trip_id}/assignment"
        query = {"force": force, "validate_only": validate_only}
        return self._at.give(Call("DELETE", path, query, seen=etag_of(seen), why=why), HandDone)

    def lock(self, seen: TripView, lock: Lock) -> HandDone:
        """Lock what the optimiser may not change of it, or unlock it."""
        return self._change("PUT", f"/trips/{seen.trip_id}/lock", HandDone, etag_of(seen), {"lock": lock})

    def _say(self, seen: TripView, what: str, body: Any) -> TripView:
        return self._post(f"/trips/{seen.trip_id}/{what}", TripView, body, seen=etag_of(seen))


class StandingOrders(Noun):
    """Bookings that repeat."""

    def list(self, **which: Any) -> Iterator[StandingOrder]:
        """List them by `ref`, `rider_id`, `active`."""
        return self._at.pages("/standing-orders", StandingOrder, which)

    def get(self, standing_order_id: int) -> StandingOrder:
        """Give one with its exceptions."""
        return self._get(f"/standing-orders/{standing_order_id}", StandingOrder)

    def create(self, order: StandingOrderBody, *, key: str | None = None) -> StandingOrder:
        """Make one; its bookings are made when their time comes."""
        return self._post("/standing-orders", StandingOrder, order, key=key)

    def change(self, seen: StandingOrder, **fields: Any) -> Changed:
        """Change `rule`, `trips`, `purpose` or `active` for all dates to come."""
        return self._change("PATCH", _path(seen), Changed, etag_of(seen), fields)

    def except_on(self, seen: StandingOrder, otherwise: Otherwise) -> Changed:
        """Let one date be otherwise: other trips, or none."""
        return self._post(f"{_path(seen)}/exceptions", Changed, otherwise, seen=etag_of(seen))

    def follow(self, seen: StandingOrder, from_on: date, *, ref: str, **fields: Any) -> StandingOrder:
        """End it before a date; another goes on, with what is different of `rule`, `trips`, `purpose`."""
        body = {"from": from_on, "ref": ref, **fields}
        return self._post(f"{_path(seen)}/following", StandingOrder, body, seen=etag_of(seen))

    def make(self, through: date) -> Made:
        """Make the bookings of all orders through a day that were not made before."""
        return self._post("/standing-orders/make", Made, {"through": through})


def _path(order: StandingOrder) -> str:
    return f"/standing-orders/{order.standing_order_id}"
