"""The client against a real server: what a program does with a day, in records."""

import threading
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from estafette.client import ApiError, Client
from estafette.domain.account import NewAccount, NewApiKey
from estafette.domain.booking import Anchor, Direction, TripStatus
from estafette.domain.booking_request import BookingBody, NewRider, TripBody
from estafette.domain.caller import Caller
from estafette.domain.event import Assigned, Booked
from estafette.domain.hand import HandOutcome, Unassign
from estafette.domain.imported import FileKind
from estafette.domain.institution import InstitutionRequest
from estafette.domain.outcome import Intake
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.domain.request import RiderRequest
from estafette.domain.solve import SolveRequest, SolveState
from estafette.flow.accounts.people import make_key
from tests.dispatched import DAY, ZONE, Dispatched
from tests.edge.web_client import key_of, served

AT = datetime(2026, 11, 25, 15, tzinfo=ZoneInfo(ZONE))
ROUND_TRIP = BookingBody(
    ref="B7",
    rider=NewRider(ref="R7", name="Rita Rossi"),
    offers=2,
    trips=(
        TripBody(
            service_on=DAY, origin="p1", destination="p2", anchor=Anchor.ARRIVE_BY, requested_at=AT
        ),
        TripBody(service_on=DAY, anchor=Anchor.PICKUP_AT, direction=Direction.RETURN),
    ),
)  # fmt: skip


def test_a_round_trip_is_booked_offered_assigned_and_taken_back(client: Client) -> None:
    version = client.days.board(DAY).version
    booking = client.bookings.create(ROUND_TRIP)
    out, back = booking.trips
    assert (out.status, back.status) == (TripStatus.BOOKED, TripStatus.WILL_CALL)
    best = booking.offers[0]
    preview = client.trips.assign(out, best.run_id, validate_only=True)
    assert preview.outcome is HandOutcome.VALID
    done = client.trips.assign(out, best.run_id)
    assert (done.outcome, done.cost) == (HandOutcome.APPLIED, preview.cost)
    with pytest.raises(ApiError) as stale:
        client.trips.assign(out, best.run_id)
    assert (stale.value.status, stale.value.present["run_id"]) == (412, best.run_id)
    events = client.events(after=version)
    assert [type(next(events).what) for _ in range(2)] == [Booked, Assigned]
    undone = client.days.undo(service_on=DAY)
    assert undone.applied is not None
    assert client.trips.get(out.trip_id).run_id is None


def test_the_same_booking_under_the_same_key_is_made_once(client: Client) -> None:
    first, again = (client.bookings.create(ROUND_TRIP, key="call 17") for _ in range(2))
    assert first == again
    with pytest.raises(ApiError, match="reference is taken") as taken:
        client.bookings.create(ROUND_TRIP)
    assert (taken.value.status, taken.value.code) == (409, "reference_taken")


def test_lists_are_read_to_their_end(client: Client, company: Dispatched) -> None:
    company.book(60)
    assert [trip.trip_id for trip in client.trips.list(day=DAY)] == company.trip_ids
    assert [run.run_id for run in client.days.runs(DAY)] == company.run_ids


def test_things_are_made_and_changed_as_they_were_seen(client: Client) -> None:
    place = next(client.places.list(ref="p1"))
    moved = client.places.change(place, name="Clinic")
    assert client.places.get(place.place_id) == moved
    with pytest.raises(ApiError) as stale:
        client.places.change(place, name="Hospital")
    assert stale.value.present["name"] == "Clinic"
    company, etag = client.company.get()
    changed = client.company.change(etag, freeze_s=1800)
    assert (company.rules.freeze_s, changed.what.rules.freeze_s) == (None, 1800)


def test_a_solve_is_asked_for_and_called_off(client: Client) -> None:
    solve = client.solves.submit(SolveRequest(service_on=DAY, time_limit_s=5))
    assert solve.state is SolveState.WAITING
    with pytest.raises(TimeoutError, match="is a worker running"):
        client.solves.wait(solve.solve_id, timeout_s=0)
    assert client.solves.cancel(solve.solve_id) is SolveState.CANCELLED
    assert [each.solve_id for each in client.solves.list(day=DAY)] == [solve.solve_id]


def test_files_go_in_and_out(client: Client, company: Dispatched) -> None:
    csv = client.files.csv("trips", DAY)
    report = client.files.take(FileKind.TRIPS, csv, dry_run=True)
    assert (report.stored, report.counts()[Intake.UNCHANGED]) == (False, 3)
    assert [trip.ref for trip in client.files.trips(DAY)] == ["t0", "t1", "t2"]
    assert [run.run_id for run in client.files.runs(DAY)] == company.run_ids


def test_several_changes_at_once_are_each_answered(client: Client, company: Dispatched) -> None:
    changes = [Unassign(trip_id=trip) for trip in company.trip_ids]
    answer = client.days.change(DAY, changes, atomic=False, force=True, why="«Verlegt»")
    assert [each.outcome for each in answer.results] == [HandOutcome.APPLIED] * 3


@pytest.mark.usefixtures("home")
def test_a_wards_key_sees_its_riders_alone_and_hears_of_what_changes(company: Dispatched) -> None:
    with served(company) as address, Client(address, key_of(company)) as client:
        _told_of_its_riders(address, client, company)


def _told_of_its_riders(address: str, client: Client, company: Dispatched) -> None:
    ward = client.institutions.create(InstitutionRequest(ref="W7", name="Ward 7"))
    theirs = client.riders.create(RiderRequest(ref="r7", name="Rita Rossi"))
    client.riders.belongs_to(theirs, ward.institution_id)
    new = NewAccount(
        email="w7@example.org", name="Ward 7", role=Role.INSTITUTION, institution_id=ward.institution_id
    )
    nurse = client.users.invite(new).user
    caller = Caller(
        company_id=company.company_id, actor="test", rights=RIGHTS[nurse.role], user_id=nurse.user_id
    )
    scopes = (Right.WARD_OWN,)
    made, secret = make_key(company.database, caller, NewApiKey(name="ward", scopes=scopes))
    with Client(address, secret) as own:
        assert [rider.name for rider in own.ward.get().riders] == ["Rita Rossi"]
        news = own.ward.changes()
        threading.Timer(0.5, company.book, [1]).start()
        assert next(news) == {}
        client.users.lock(nurse.user_id)
        with pytest.raises(ApiError) as gone:
            own.ward.get()
        assert gone.value.status == 401
    client.users.unlock(nurse.user_id)
    assert made.key_id in [key.key_id for key in client.keys.list()]


def test_a_solve_is_followed_to_its_end(client: Client) -> None:
    solve = client.solves.submit(SolveRequest(service_on=DAY))
    states = client.solves.watch(solve.solve_id)
    assert next(states).state is SolveState.WAITING
    client.solves.cancel(solve.solve_id)
    assert [card.state for card in states] == [SolveState.CANCELLED]
