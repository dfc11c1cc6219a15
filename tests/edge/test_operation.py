"""Whether it lives and is ready, what it counts, what it logs, and how it stands up to long and slow requests."""

import asyncio
import json
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import httpx
import psycopg
import pytest

from estafette.domain.outcome import ImportOptions
from estafette.domain.request import RiderRequest
from estafette.edge import tracing
from estafette.edge.logs import JsonLines, TextLines, configure_logs
from estafette.edge.web.operation import may_read_metrics
from estafette.edge.web.watching import Limits, Seen, Watching
from estafette.measures import COUNTS
from estafette.settings import LogFormat, MetricsFor, Settings
from estafette.store.intake import store_riders
from estafette.store.ledger import Wanted, list_entries
from estafette.store.occasion import Occasion, on_occasion, present_occasion
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import served

CANARY = "Zyxwv"
TOKEN = "0123456789abcdef"


@contextmanager
def client_of(company: Dispatched, **set_to: Any) -> Iterator[httpx.Client]:
    with (
        served(company, settings=Settings(**set_to)) as address,
        httpx.Client(base_url=address, headers=address.headers, timeout=20) as client,
    ):
        yield client


@pytest.fixture
def client(company: Dispatched) -> Iterator[httpx.Client]:
    with client_of(company, metrics=MetricsFor.LOCAL) as client:
        yield client


def test_it_lives_and_is_ready(client: httpx.Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()) == (
        200, {"ready": True, "database": True, "schema": True, "feed": True},
    )  # fmt: skip


def test_another_schema_is_not_ready_and_says_what_is_missing(company: Dispatched) -> None:
    with psycopg.connect(company.database.server.owner) as owner:
        owner.execute("UPDATE alembic_version SET version_num = '0001'")
    with client_of(company) as client:
        ready = client.get("/ready")
    assert (ready.status_code, ready.json()["schema"], ready.json()["database"]) == (503, False, True)


def values(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_metrics_count_requests_by_route_and_tell_of_queues_pool_feed_and_applies(
    client: httpx.Client, company: Dispatched
) -> None:
    before = values(client.get("/metrics").text)
    company.assign(company.run_ids[1], company.book(2))
    client.get("/api/v1/board", params={"day": DAY.isoformat()})
    client.get(f"/nowhere/{CANARY}")
    # The figures of a company are told while somebody follows its board here.
    with client.stream("GET", "/api/v1/events"):
        after = client.get("/metrics")
    assert re.fullmatch(r"text/plain; version=[0-9.]+; charset=utf-8", after.headers["content-type"])
    found, company_id = values(after.text), company.company_id
    assert found['estafette_requests_total{method="GET",route="/api/v1/board",status="200"}'] == 1
    assert found['estafette_requests_total{method="GET",route="none",status="404"}'] == 1
    assert found['estafette_request_seconds_count{route="/api/v1/board"}'] == 1
    assert found[f'estafette_notices_due{{company="{company_id}"}}'] == 2
    assert found[f'estafette_queue_age_seconds{{company="{company_id}",queue="notices"}}'] > 0
    assert found[f'estafette_feed_lag_events{{company="{company_id}"}}'] >= 0
    assert found['estafette_pool_connections{state="at_most"}'] == 2
    applied = 'estafette_applied_trips_total{outcome="applied"}'
    assert found[applied] - before.get(applied, 0) == 2
    applies, statements = ("estafette_apply_statements_count", "estafette_apply_statements_sum")
    assert (found[applies] - before[applies], found[statements] - before[statements]) == (1, 5)
    assert CANARY not in after.text


def test_what_metrics_say_of_statements_is_what_the_wire_says(company: Dispatched) -> None:
    trips = company.book(1)
    before = COUNTS.of("applies")["statements"]
    company.database.count()
    company.assign(company.run_ids[1], trips)
    on_the_wire = company.database.count()
    assert on_the_wire is not None
    # The look at the feed before it is a transaction of four.
    assert on_the_wire.statements - 4 == COUNTS.of("applies")["statements"] - before


def test_by_default_nobody_reads_metrics(company: Dispatched) -> None:
    with client_of(company) as client:
        assert client.get("/metrics").status_code == 404


def test_with_a_token_only_who_brings_it_reads_metrics(company: Dispatched) -> None:
    with client_of(company, metrics=MetricsFor.TOKEN, metrics_token=TOKEN) as client:
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}x"}).status_code == 404
        assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_local_means_this_machine_and_not_a_proxy_on_it() -> None:
    def asks(host: str, **headers: str) -> Any:
        return SimpleNamespace(client=SimpleNamespace(host=host), headers=headers)

    local = Settings(metrics=MetricsFor.LOCAL)
    assert may_read_metrics(asks("127.0.0.1"), local)
    assert may_read_metrics(asks("::1"), local)
    assert not may_read_metrics(asks("127.0.0.1", **{"x-forwarded-for": "10.0.0.1"}), local)
    assert not may_read_metrics(asks("10.0.0.1"), local)
    assert not may_read_metrics(asks("unix"), local)
    assert not may_read_metrics(asks("127.0.0.1"), Settings(metrics=MetricsFor.TOKEN))


def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_read(company: Dispatched) -> None:
    with client_of(company, max_body_bytes=1000) as client:
        answer = client.post("/api/v1/riders", content=b"x" * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_body_that_turns_out_too_long_is_refused(company: Dispatched) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 100

    with client_of(company, max_body_bytes=1000) as client:
        answer = client.post("/api/v1/riders", content=pieces(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_imports_may_be_longer() -> None:
    limits = Limits(body_bytes=10, import_bytes=20)
    assert (limits.longest("/api/v1/imports/trips"), limits.longest("/api/v1/trips")) == (20, 10)


def test_the_rest_of_a_body_is_taken_before_the_answer_goes() -> None:
    pieces = [{"type": "http.request", "body": b"x" * 100, "more_body": more} for more in (True, True, False)]

    async def refuses(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 403, "headers": []})

    headers = [(b"content-length", b"300")]
    sent = asyncio.run(asked(refuses, headers=headers, pieces=pieces))
    assert (sent[0]["status"], pieces) == (403, [])


@pytest.mark.parametrize("length", ["-1", "x", "1e3", ""])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    sent = asyncio.run(asked(never, headers=[(b"content-length", length.encode())]))
    assert sent[0]["status"] == 413


async def never(scope: Any, receive: Any, send: Any) -> None:
    await asyncio.sleep(3600)


async def asked(
    app: Any, *, headers: Any = (), pieces: Any = (), answer_s: float = 0.05, seen: list[Seen] | None = None
) -> list[Any]:
    sent: list[Any] = []

    async def receive() -> Any:
        return pieces.pop(0) if pieces else {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    watching = Watching(app, Limits(answer_s=answer_s), (seen if seen is not None else []).append)
    scope = {"type": "http", "method": "GET", "path": "/x", "headers": list(headers)}
    await watching(scope, receive, send)
    return sent


def test_a_request_without_an_answer_in_time_is_given_up_in_words() -> None:
    seen: list[Seen] = []
    start, body = asyncio.run(asked(never, seen=seen))
    assert (start["status"], json.loads(body["body"])["code"]) == (503, "timed_out")
    assert dict(start["headers"])[b"retry-after"] == b"1"
    assert (seen[0].status, seen[0].route) == (503, "none")


def test_a_stream_that_has_begun_goes_on() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.2)
        await send({"type": "http.response.body", "body": b"still there"})

    assert asyncio.run(asked(slow))[-1]["body"] == b"still there"


def test_what_comes_after_it_was_given_up_is_not_sent() -> None:
    async def late(scope: Any, receive: Any, send: Any) -> None:
        try:
            await asyncio.sleep(10)
        finally:
            await send({"type": "http.response.start", "status": 200, "headers": []})

    async def ask() -> list[Any]:
        sent = await asked(late)
        await asyncio.sleep(0.05)
        return sent

    assert [message["type"] for message in asyncio.run(ask())] == [
        "http.response.start",
        "http.response.body",
    ]


def test_every_answer_names_its_request_and_takes_over_a_name_that_is_one(client: httpx.Client) -> None:
    assert len(client.get("/health").headers["x-request-id"]) == 16
    assert client.get("/nowhere").headers["x-request-id"]
    assert (
        client.get("/health", headers={"X-Request-ID": "abc-12345678"}).headers["x-request-id"]
        == "abc-12345678"
    )
    assert (
        client.get("/health", headers={"X-Request-ID": "a b\tc" * 9}).headers["x-request-id"] != "a b\tc" * 9
    )


def test_the_audit_log_knows_the_request_and_the_reason(client: httpx.Client, company: Dispatched) -> None:
    headers = {"X-Request-ID": "req-12345678", "X-Reason": "asked by phone"}
    assert client.get("/api/v1/riders", headers=headers).status_code == 200
    entry = list_entries(company.database, company.company_id, Wanted(kind="rider"), limit=1)[0]
    assert (entry.action, entry.request_id, entry.why) == ("read", "req-12345678", "asked by phone")


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every line that is logged, at any level, as JSON and as text."""
    lines: list[str] = []

    class Both(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.name.startswith("http"):  # the test's own client
                return
            lines.extend([JsonLines().format(record), TextLines().format(record)])

    root, ours, handler = logging.getLogger(), logging.getLogger("estafette"), Both()
    before = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    ours.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(before[0])
    ours.setLevel(before[1])


def until_logged(logged: list[str], requests: int) -> None:
    """Wait for the last line: an answer is logged after it has gone."""
    by = time.monotonic() + 10
    while sum('"estafette.requests"' in line for line in logged) < requests and time.monotonic() < by:
        time.sleep(0.01)


def test_nothing_personal_is_logged_whatever_is_asked_or_fails(
    client: httpx.Client, company: Dispatched, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rider = RiderRequest(ref=f"r-{CANARY}", name=f"Ann {CANARY}")
    store_riders(company.database, company.company_id, [rider], ImportOptions(actor="x"))
    known = {"ref": rider.ref, "name": rider.name, "needs": [CANARY]}
    wrong = {"ref": f"r2-{CANARY}", "name": [CANARY]}
    key = {"Idempotency-Key": f"{CANARY}-1"}
    statuses = [
        client.get("/api/v1/riders", params={"ref": f"r-{CANARY}"}).status_code,
        client.get(f"/{CANARY}").status_code,
        client.get("/api/v1/board", params={"day": CANARY}).status_code,
        client.post("/api/v1/riders", json=known, headers=key).status_code,
        client.post("/api/v1/riders", json=wrong, headers={"Idempotency-Key": "2"}).status_code,
        client.post("/api/v1/riders", content=f"{{{CANARY}", headers={"User-Agent": CANARY}).status_code,
    ]

    def breaks(*_: Any, **__: Any) -> Any:
        # As a driver of the database words it, with the values that collide.
        raise RuntimeError(f"Key (ref)=(r-{CANARY}) already exists")

    monkeypatch.setattr("estafette.edge.web.desk.get_board", breaks)
    broken = client.get("/api/v1/board", params={"day": DAY.isoformat()})
    assert broken.status_code == 500
    assert CANARY not in broken.text
    until_logged(logged, len(statuses) + 1)
    text = "\n".join(logged)
    assert CANARY not in text
    assert {200, 404, 400} <= set(statuses)
    events = [json.loads(line) for line in logged if line.startswith("{")]
    requests = [event for event in events if event["logger"] == "estafette.requests"]
    assert len(requests) == len(statuses) + 1
    assert {"method", "route", "status", "seconds", "request_id", "at", "level"} <= set(requests[0])
    failed = next(event for event in events if "error" in event)
    assert failed["error"]["kind"] == "builtins.RuntimeError"
    assert any("desk.py" in place for place in failed["error"]["at"])


def test_what_the_settings_say_is_how_it_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.getLogger("estafette").level
    try:
        configure_logs(Settings(log_format=LogFormat.JSON))
        with on_occasion(Occasion(request_id="req-1")):
            logging.getLogger("estafette.x").info("hello %d", 3, extra={"facts": {"n": 1}})
        event = json.loads(capsys.readouterr().err)
        assert {"event": "hello 3", "n": 1, "request_id": "req-1", "level": "info"}.items() <= event.items()
        configure_logs(Settings())
        logging.getLogger("estafette.x").warning("hello")
        logging.getLogger("estafette.requests").info("request")
        said = capsys.readouterr().err
        assert (said.count("\n"), said.endswith(" hello\n")) == (1, True)
    finally:
        root.handlers[:], root.level = before[0], before[1]
        logging.getLogger("estafette").setLevel(before[2])
        logging.getLogger("estafette.requests").setLevel(logging.NOTSET)


@pytest.mark.parametrize("form", [TextLines(), JsonLines()])
def test_a_message_stays_on_its_line_whatever_is_in_it(form: logging.Formatter) -> None:
    forged = "x\r\n2026-11-28 12:00:00 request status=200"
    record = logging.LogRecord("estafette", logging.INFO, "", 0, "said: %s", (forged,), None)
    record.facts = {"name": forged}
    assert len(form.format(record).splitlines()) == 1


def test_where_a_tracer_is_installed_a_request_is_a_span(monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[Any] = []

    class Span:
        def __init__(self) -> None:
            self.name, self.attributes = "", {}

        def update_name(self, name: str) -> None:
            self.name = name

        def set_attributes(self, attributes: Any) -> None:
            self.attributes = attributes

    @contextmanager
    def begin(_: str) -> Iterator[Any]:
        spans.append(Span())
        yield spans[-1]

    monkeypatch.setattr(tracing, "_TRACER", SimpleNamespace(start_as_current_span=begin))
    asyncio.run(asked(never))
    assert (spans[0].name, spans[0].attributes) == ("GET none", {"http.response.status_code": 503})


def test_an_occasion_ends_with_its_block() -> None:
    with on_occasion(Occasion(why="x")):
        assert present_occasion().why == "x"
    assert present_occasion() == Occasion()
