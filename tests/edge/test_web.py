"""The web application: the board, its errors, its headers."""

from collections.abc import Iterator

import httpx
import msgspec
import pytest

from estafette.domain.board import Board
from estafette.store.board import get_board
from estafette.store.database import Database
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import served


@pytest.fixture
def client(company: Dispatched) -> Iterator[httpx.Client]:
    with (
        served(company) as address,
        httpx.Client(base_url=address, headers=address.headers, timeout=10) as client,
    ):
        yield client


def test_the_board_is_served_as_the_store_reads_it(client: httpx.Client, company: Dispatched) -> None:
    answer = client.get("/api/v1/board", params={"day": DAY.isoformat()})
    assert msgspec.json.decode(answer.content, type=Board) == get_board(
        company.database, company.company_id, DAY
    )


def test_a_board_that_is_known_is_not_sent_again(client: httpx.Client, company: Dispatched) -> None:
    def asked(known: str) -> httpx.Response:
        headers = {"If-None-Match": known}
        return client.get("/api/v1/board", params={"day": DAY.isoformat()}, headers=headers)

    first = asked("")
    assert asked(first.headers["ETag"]).status_code == 304
    company.book(1)
    again = asked(first.headers["ETag"])
    assert again.status_code == 200
    assert msgspec.json.decode(again.content, type=Board) == get_board(
        company.database, company.company_id, DAY
    )


def test_a_board_is_the_same_compressed_or_not(client: httpx.Client) -> None:
    ways = [
        client.get("/api/v1/board", params={"day": DAY.isoformat()}, headers={"Accept-Encoding": encoding})
        for encoding in ("gzip", "identity")
    ]
    assert [way.headers.get("Content-Encoding") for way in ways] == ["gzip", None]
    assert ways[0].content == ways[1].content


def test_the_page_opens_on_the_day_it_was_started_with(client: httpx.Client, company: Dispatched) -> None:
    opening = client.get("/api/v1/opening").json()
    assert opening["opens_on"] == DAY.isoformat()
    assert opening["company"]["name"] == "Alpine Rides"
    assert opening["company"]["days"] == [DAY.isoformat()]


def test_the_page_is_told_which_driving_times_are_estimates(
    client: httpx.Client, company: Dispatched
) -> None:
    def told() -> object:
        return client.get("/api/v1/estimates", params={"day": DAY.isoformat()}).json()

    assert told() == {"runs": []}
    company.plan_on_estimates(company.run_ids[1], company.book(1))
    ref = get_board(company.database, company.company_id, DAY).trips[-1].ref
    assert told() == {
        "runs": [{"run_id": company.run_ids[1], "whole": True, "pickups": [ref], "dropoffs": [ref]}]
    }


@pytest.mark.parametrize(
    ("path", "status", "code", "detail"),
    [
        ("/api/v1/board?day=yesterday", 400, "invalid", "day: "),
        ("/api/v1/board", 400, "invalid", "day"),
        ("/api/v1/estimates?day=soon", 400, "invalid", "day: "),
        ("/api/v1/events?after=x", 400, "invalid", "after: "),
        ("/api/v1/drivers/999/notices", 404, "not_found", "driver 999 does not exist"),
        (f"/api/v1/drivers/{1 << 66}/notices", 404, "not_found", "there is no driver"),
        (f"/api/v1/solves/{1 << 66}/events", 404, "not_found", "there is no solve"),
        ("/api/v1/audit?since=4.25e-97", 400, "invalid", "since: expected a time"),
        ("/nowhere", 404, "not_found", ""),
        ("/assets/1/nothing.js", 404, "not_found", "there is no file nothing.js"),
    ],
)
def test_errors_name_what_is_wrong(
    client: httpx.Client, path: str, status: int, code: str, detail: str
) -> None:
    answer = client.get(path)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
    assert detail in problem["detail"]


def test_a_method_that_is_not_offered_is_an_error_like_the_others(client: httpx.Client) -> None:
    answer = client.post("/api/v1/board")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
    assert {each.strip() for each in answer.headers["allow"].split(",")} == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize(
    "path", ["/", "/health", "/api/v1/opening", "/api/v1/nowhere", "/api/v1/events", "/api/v1/board"]
)
def test_what_is_asked_by_head_is_answered_as_by_get_without_content(client: httpx.Client, path: str) -> None:
    with client.stream("GET", path) as expected:
        head = client.head(path)
    assert (head.status_code, head.content) == (expected.status_code, b"")
    assert head.headers["content-type"] == expected.headers["content-type"]
    assert client.head(path).status_code == expected.status_code  # the connection goes on


@pytest.mark.parametrize("path", ["/", "/sign-in", "/api/v1/opening", "/nowhere", "/health"])
def test_no_answer_lets_foreign_code_in(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert {"object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-resource-policy"] == headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["strict-transport-security"] == "max-age=31536000; includeSubDomains"
    assert headers["referrer-policy"] == "no-referrer"
    assert "access-control-allow-origin" not in headers
    assert "camera=()" in headers["permissions-policy"]


def test_what_the_api_says_is_not_kept(client: httpx.Client) -> None:
    assert client.get("/api/v1/opening").headers["cache-control"] == "no-store"
    assert client.get("/nowhere").headers["cache-control"] == "no-store"


def test_files_named_by_their_content_are_kept_for_ever(client: httpx.Client) -> None:
    page = client.get("/").text
    name = page.split('src="')[1].split('"')[0]
    assert "immutable" in client.get(name).headers["cache-control"]
    assert client.get("/assets/older/board.js").headers["cache-control"] == "no-store"


def test_a_database_that_does_not_answer_is_not_ready_and_the_process_lives(company: Dispatched) -> None:
    with Database(company.database.server, patience_s=2) as company.database, served(company) as address:
        assert httpx.get(f"{address}/ready", timeout=30).status_code == 200
        company.database.close()
        ready = httpx.get(f"{address}/ready", timeout=30)
        assert httpx.get(f"{address}/health", timeout=30).status_code == 200
    assert (ready.status_code, ready.json()["database"]) == (503, False)
