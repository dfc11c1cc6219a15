"""Manifests on paper: a sheet for each run, in the company's language, with nothing of a name taken for markup."""

from collections.abc import Iterator

import httpx
import pytest

from estafette.exchange.manifest_words import WORDS
from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address, served


@pytest.fixture
def printed(company: Dispatched) -> Iterator[httpx.Client]:
    company.write("UPDATE rider SET name = '<b>Żółć</b> & 王', needs = '{stair climber}'")
    company.assign(company.run_ids[0], company.book(2))
    with httpx.Client(params={"day": DAY.isoformat()}, timeout=30) as client:
        yield client


def sheets(address: Address, client: httpx.Client, **which: object) -> str:
    params = {name: str(value) for name, value in which.items()}
    answer = client.get(f"{address}/print/manifests", params=params, headers=address.headers)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/html")
    return answer.text


def test_each_run_has_a_sheet_and_names_are_text(company: Dispatched, printed: httpx.Client) -> None:
    with served(company) as address:
        page = sheets(address, printed)
        assert page.count('<section class="run">') == len(company.run_ids)
        assert "&lt;b&gt;Żółć&lt;/b&gt; &amp; 王" in page
        assert "<b>" not in page
        assert "stair climber" in page
        one = sheets(address, printed, run_id=company.run_ids[0])
        assert one.count('<section class="run">') == 1
        style = page.split('stylesheet" href="')[1].split('"')[0]
        assert "@page" in printed.get(address + style).text


@pytest.mark.parametrize("language", WORDS)
def test_a_sheet_speaks_every_language(company: Dispatched, printed: httpx.Client, language: str) -> None:
    with served(company) as address:
        page = sheets(address, printed, lang=language)
    assert f'<html lang="{language}">' in page
    assert WORDS[language].title in page
    assert "{" not in page


def test_who_is_not_signed_in_is_given_no_names(company: Dispatched, printed: httpx.Client) -> None:
    with served(company) as address:
        assert printed.get(f"{address}/print/manifests").status_code == 401
