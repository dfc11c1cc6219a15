"""Phones that are told: subscribed with their session, hinted, delivered once the driver has acknowledged."""

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from estafette.flow.notices import deliver_due
from estafette.flow.phones import to_phones
from estafette.notify.channel import Channel
from estafette.notify.memory import MemoryChannel
from estafette.notify.push import new_key
from estafette.settings import Settings
from tests.dispatched import Dispatched
from tests.edge.api.test_my import phone
from tests.edge.web_client import Address, served
from tests.notify.phones import Browser, PushService, claims_of, push_service

SETTINGS = Settings(push_key=new_key(), push_contact="mailto:dispatch@example.org")


@pytest.fixture
def address(company: Dispatched, home: object) -> Iterator[Address]:
    """The company's server, which has a key for pushes."""
    with served(company, settings=SETTINGS) as address:
        yield address


@pytest.fixture
def driver(address: Address, company: Dispatched) -> Iterator[httpx.Client]:
    """The phone of the driver who has the trips."""
    with (
        httpx.Client(base_url=f"{address}/api/v1", headers=address.headers, timeout=60) as api,
        phone(address, api, company.driver_ids[0]) as client,
    ):
        yield client


@pytest.fixture
def service() -> Iterator[PushService]:
    with push_service() as service:
        yield service


def channel(company: Dispatched, otherwise: MemoryChannel | None = None) -> Channel:
    return to_phones(
        company.database, company.company_id, SETTINGS, otherwise or MemoryChannel(), internal=True
    )


def subscribed(company: Dispatched, driver: httpx.Client, service: PushService) -> Browser:
    """Subscribe as the page does; the push service is on this machine, which no phone's is."""
    browser = Browser()
    answer = driver.post("/my/push", json=browser.subscription("https://push.example.org/one"))
    assert answer.status_code == 200, answer.text
    company.write("UPDATE push_subscription SET endpoint = %(endpoint)s", endpoint=service.endpoint)
    return browser


def due_again(company: Dispatched) -> None:
    company.write("UPDATE notice SET due_at = '-infinity' WHERE sent_at IS NULL")


def acknowledge(driver: httpx.Client, company: Dispatched) -> None:
    seen = {"manifest": 1, "at": datetime.now(UTC).isoformat()}
    assert driver.post(f"/my/runs/{company.run_ids[0]}/acknowledge", json=seen).status_code == 200


def test_a_phone_is_hinted_without_names_and_the_notice_is_delivered_when_acknowledged(
    company: Dispatched, driver: httpx.Client, service: PushService
) -> None:
    browser = subscribed(company, driver, service)
    first = deliver_due(company.database, company.company_id, channel(company))
    assert (first.sent, first.later) == (0, 1)
    (pushed,) = service.got
    assert browser.read(pushed.body) == {"title": "Estafette", "body": "Votre tournée a changé : ouvrir"}
    assert claims_of(pushed.headers["Authorization"])["sub"] == "mailto:dispatch@example.org"
    acknowledge(driver, company)
    due_again(company)
    second = deliver_due(company.database, company.company_id, channel(company))
    assert (second.sent, second.later) == (1, 0)
    assert len(service.got) == 1


def test_who_has_not_looked_is_hinted_again_after_a_while_and_not_at_once(
    company: Dispatched, driver: httpx.Client, service: PushService
) -> None:
    subscribed(company, driver, service)
    pushes = []
    for _ in range(6):
        deliver_due(company.database, company.company_id, channel(company))
        pushes.append(len(service.got))
        due_again(company)
    assert pushes == [1, 1, 1, 1, 1, 2]


@pytest.mark.parametrize("status", [404, 410])
def test_a_phone_that_is_gone_is_forgotten_and_told_the_other_way(
    company: Dispatched, driver: httpx.Client, service: PushService, status: int
) -> None:
    subscribed(company, driver, service)
    service.status = status
    assert deliver_due(company.database, company.company_id, channel(company)).later == 1
    assert company.write("SELECT 1 FROM push_subscription") == []
    due_again(company)
    otherwise = MemoryChannel()
    assert deliver_due(company.database, company.company_id, channel(company, otherwise)).sent == 1
    assert len(otherwise.kept) == 1


def test_a_service_in_trouble_loses_nothing(
    company: Dispatched, driver: httpx.Client, service: PushService
) -> None:
    subscribed(company, driver, service)
    service.status = 503
    assert deliver_due(company.database, company.company_id, channel(company)).later == 1
    assert company.write("SELECT count(*) FROM push_subscription") == [(1,)]


def test_who_signs_out_is_told_nothing_more(
    company: Dispatched, driver: httpx.Client, service: PushService
) -> None:
    subscribed(company, driver, service)
    driver.post("/sign-out", json={})
    otherwise = MemoryChannel()
    assert deliver_due(company.database, company.company_id, channel(company, otherwise)).sent == 1
    assert service.got == []


def test_the_same_phone_subscribes_once(company: Dispatched, driver: httpx.Client) -> None:
    for name in ("one", "two"):
        driver.post("/my/push", json=Browser().subscription(f"https://push.example.org/{name}"))
    assert company.write("SELECT endpoint FROM push_subscription") == [("https://push.example.org/two",)]


@pytest.mark.parametrize(
    ("field", "value"),
    [("endpoint", "http://push.example.org"), ("endpoint", "file:///etc"), ("p256dh", "AAAA"), ("auth", "%")],
)
def test_what_is_no_subscription_is_refused(
    company: Dispatched, driver: httpx.Client, field: str, value: str
) -> None:
    body = Browser().subscription("https://push.example.org/one") | {field: value}
    answer = driver.post("/my/push", json=body)
    assert answer.status_code == 400, answer.text
    assert company.write("SELECT 1 FROM push_subscription") == []


def test_a_phone_reads_the_key_and_a_server_without_one_says_so(
    company: Dispatched, driver: httpx.Client
) -> None:
    assert len(driver.get("/my/push").json()["key"]) == 87
    with served(company) as plain:
        cookie = {"Cookie": driver.headers["Cookie"]}
        assert httpx.get(f"{plain}/api/v1/my/push", headers=cookie).json() == {"key": None}
