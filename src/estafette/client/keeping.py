"""The company: its rules, what it keeps of people, whom it tells, files in and out."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from estafette.client.connection import Call, Connection
from estafette.client.resource import Noun, Resource, Versioned, etag_of
from estafette.domain.account import SignInRules
from estafette.domain.booking_draft import RiderUsual
from estafette.domain.company import CompanyView
from estafette.domain.imported import FileKind, ImportReport
from estafette.domain.ledger import LedgerEntry
from estafette.domain.manifest import Manifest
from estafette.domain.notice import NoticeStatus
from estafette.domain.request import Request, RiderRequest, TripRequest
from estafette.domain.resource import RiderView
from estafette.domain.retention import Erased, RetentionRules
from estafette.domain.webhook import Added, Webhook


class Company(Noun):
    """The caller's own company."""

    def get(self) -> Versioned[CompanyView]:
        """Give it with its rules."""
        return self._versioned(Call("GET", "/company"), CompanyView)

    def change(self, seen: str, **rules: Any) -> Versioned[CompanyView]:
        """Change the named rules, seen as `etag`."""
        return self._versioned(Call("PATCH", "/company", body=rules, seen=seen), CompanyView)

    def retention(self) -> Versioned[RetentionRules]:
        """Give for how long it keeps what."""
        return self._versioned(Call("GET", "/retention"), RetentionRules)

    def change_retention(self, seen: str, **days: Any) -> Versioned[RetentionRules]:
        """Change for how long what is named is kept."""
        return self._versioned(Call("PATCH", "/retention", body=days, seen=seen), RetentionRules)

    def sign_in_rules(self) -> Versioned[SignInRules]:
        """Give for which roles it asks for a second factor."""
        return self._versioned(Call("GET", "/sign-in-rules"), SignInRules)

    def change_sign_in_rules(self, seen: str, rules: SignInRules) -> Versioned[SignInRules]:
        """Say for which roles it asks for a second factor; it counts at once."""
        return self._versioned(Call("PUT", "/sign-in-rules", body=rules, seen=seen), SignInRules)

    def audit(self, **which: Any) -> Iterator[LedgerEntry]:
        """List who did what, the newest first, by `kind`, `subject_id`, `actor`, `since`."""
        return self._at.pages("/audit", LedgerEntry, which)

    def notices(self, *, day: date | None = None, dead: bool = False) -> Iterator[NoticeStatus]:
        """List where notices stand: of a day, or those not settled; `dead`: those given up."""
        return self._at.pages("/notices", NoticeStatus, {"day": day, "dead": dead})

    def resend_notices(self, *, driver_id: int | None = None, event_id: int | None = None) -> int:
        """Send dead letters again, one or all; gives how many."""
        body = {"driver_id": driver_id, "event_id": event_id}
        return self._post("/notices/resend", dict[str, int], body)["resent"]


class Riders(Resource[RiderRequest, RiderView]):
    """Riders, and what is kept of them."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, "rider", RiderView)

    def usual(self, rider_id: int) -> RiderUsual:
        """Give what a rider usually asks for: needs, home and last ways."""
        return self._get(f"/riders/{rider_id}/usual", RiderUsual)

    def belongs_to(self, seen: RiderView, institution_id: int | None) -> RiderView:
        """Make one a rider of an institution, whose people then see the rider; `None` of nobody."""
        path = f"/riders/{seen.rider_id}/institution"
        return self._change("PUT", path, RiderView, etag_of(seen), {"institution_id": institution_id})

    def note(self, rider_id: int) -> Versioned[str]:
        """Give the medical note; the reading is entered in the audit log."""
        return self._text(Call("GET", f"/riders/{rider_id}/note"))

    def write_note(self, rider_id: int, text: str, seen: str) -> Versioned[str]:
        """Keep the medical note; an empty one is forgotten."""
        return self._text(Call("PUT", f"/riders/{rider_id}/note", body={"text": text}, seen=seen))

    def export(self, rider_id: int) -> dict[str, Any]:
        """Give all that is held of a rider."""
        return self._get(f"/riders/{rider_id}/export", dict[str, Any])

    def erase(self, rider_id: int) -> Erased:
        """Make a rider nameless, for good."""
        return self._post(f"/riders/{rider_id}/erase", Erased)

    def _text(self, call: Call) -> Versioned[str]:
        note, etag = self._versioned(call, dict[str, str])
        return Versioned(note["text"], etag)


class Webhooks(Noun):
    """Programs that are told of events."""

    def list(self) -> Iterator[Webhook]:
        """List who is told, how far, and what does not go through."""
        return self._at.pages("/webhooks", Webhook, {})

    def get(self, webhook_id: int) -> Versioned[Webhook]:
        """Give one."""
        return self._versioned(Call("GET", f"/webhooks/{webhook_id}"), Webhook)

    def create(self, url: str, *, kinds: Sequence[str] = (), key: str | None = None) -> Added:
        """Tell a receiver of events from now on; the secret is shown this once."""
        return self._post("/webhooks", Added, {"url": url, "kinds": tuple(kinds)}, key=key)

    def remove(self, webhook_id: int, seen: str) -> None:
        """Tell one nothing more."""
        self._at.ask(Call("DELETE", f"/webhooks/{webhook_id}", seen=seen))

    def rotate(self, webhook_id: int) -> str:
        """Give one a new secret; it is shown this once."""
        return self._post(f"/webhooks/{webhook_id}/secret", dict[str, str])["secret"]

    def resume(self, webhook_id: int, *, after: int | None = None) -> Webhook:
        """Send again at once, to one that was stopped or what it has lost."""
        return self._post(f"/webhooks/{webhook_id}/resume", Webhook, {"after": after})

    def replay(self, webhook_id: int, event_id: int) -> Webhook:
        """Send one event once more, under the same message id."""
        return self._post(f"/webhooks/{webhook_id}/replay", Webhook, {"event_id": event_id})


class Files(Noun):
    """Files in and out."""

    def take(self, kind: FileKind, content: bytes, **how: Any) -> ImportReport:
        """
        Import a file: `format`, `dry_run`, `atomic`, `name`; every row has an outcome.

        A calendar (`format="ics"`) of shifts may leave `driver`, `vehicle` and `start` to whoever sends it.
        """
        call = Call("POST", f"/imports/{kind}", how, content, media_type="text/csv")
        return self._at.give(call, ImportReport)

    def store(self, kind: FileKind, records: Sequence[Request], **how: Any) -> ImportReport:
        """
        Make or change several things by their references: `dry_run`, `atomic`; each has an outcome.

        `records` are those of `kind`: `DriverRequest` for drivers, and so on.
        """
        return self._post(f"/imports/{kind}", ImportReport, {kind: records}, query=how)

    def trips(self, day: date) -> list[TripRequest]:
        """Export the trips of a day as they would be asked for."""
        query = {"day": day, "format": "json"}
        return self._get("/exports/trips", dict[str, list[TripRequest]], **query)["trips"]

    def runs(self, day: date) -> list[Manifest]:
        """Export the runs of a day, stop by stop."""
        query = {"day": day, "format": "json"}
        return self._get("/exports/runs", dict[str, list[Manifest]], **query)["runs"]

    def csv(self, what: str, day: date) -> bytes:
        """Export `trips` or `runs` of a day as CSV."""
        return self._at.ask(Call("GET", f"/exports/{what}", {"day": day, "format": "csv"})).content
