"""What the server refuses is said in the reader's language: words for its codes, its own sentence where none fits."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_moves import bar
from tests.dispatched import Dispatched
from tests.edge.web_client import Address

pytestmark = pytest.mark.browser

# Answer, and what a person who reads German is told.
REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"status": 429, "code": "too_many", "detail": "too many requests"}, "zu viel auf einmal, versuchen Sie es in 5 s"),
    ({"status": 503, "code": "busy", "detail": "company 1 is being changed"}, "jemand ändert gerade dasselbe"),
    ({"status": 403, "code": "forbidden", "detail": "user:1 has not the right"}, "Ihr Konto darf das nicht"),
    ({"status": 412, "code": "precondition_failed", "detail": "changed"}, "es hat sich inzwischen geändert"),
    ({"status": 400, "code": "invalid", "detail": "/lock: x", "pointer": "/changes/0/lock"}, "«lock» ist so nicht brauchbar"),
    ({"status": 502}, "der Server ist nicht bereit"),
    ({"status": 409, "code": "conflict", "detail": "the moon is full"}, "Nicht gemacht: the moon is full"),
]  # fmt: skip


def refuse(route: Route, problem: dict[str, Any]) -> None:
    route.fulfill(status=problem["status"], json=problem, headers={"Retry-After": "5"})


def test_refusals_are_told_in_words_of_the_readers_language(
    open_page: Callable[..., Page], address: Address, company: Dispatched
) -> None:
    page = open_page(address)
    page.goto(f"{address}/?lang=de")
    bar(page, company.trip_ids[0]).click()
    open_page.provoked.append("Failed to load resource")  # type: ignore[attr-defined]
    # One route for all of them: between two a request could reach the server.
    problems: list[dict[str, Any]] = []
    page.route("**/assignments", lambda route: refuse(route, problems[-1]))
    for problem, told in REFUSALS:
        problems.append(problem)
        page.keyboard.press("u")
        expect(page.locator(".toast")).to_contain_text(told)
