"""People and keys on the command line: added, let in, locked out; every word of it for programs too."""

import json

import pytest

from estafette.flow.accounts.own import set_password
from estafette.flow.accounts.secret import sha256_of
from estafette.flow.accounts.sign_in import sign_in_by_link
from estafette.store.accounts.proof import prove_key, prove_session
from tests.dispatched import Dispatched
from tests.edge.commands import call
from tests.edge.conftest import Settle

EMAIL = "anna@example.org"


@pytest.fixture(autouse=True)
def settled(company: Dispatched, settle: Settle) -> None:
    settle(company.company_id)


def told(*arguments: object) -> dict[str, object]:
    result = call(*arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, object] = json.loads(result.stdout)
    return found


def token_of(link: object) -> str:
    return str(link).partition("=")[2]


def add() -> dict[str, object]:
    return told("user", "add", EMAIL, "--name", "Anna", "--role", "dispatcher")


def test_a_person_is_added_with_a_link_to_set_a_password(company: Dispatched) -> None:
    added = add()
    assert str(added["link"]).startswith("/#password=")
    assert set_password(company.database, token_of(added["link"]), "velvet harbour lamp") == EMAIL
    listed = call("user", "list").stdout.splitlines()
    assert [line.split()[1:4] for line in listed[1:]] == [[EMAIL, "dispatcher", "password"]]


def test_a_link_has_the_address_of_the_board_where_the_settings_say_it(
    company: Dispatched, monkeypatch: pytest.MonkeyPatch
) -> None:
    add()
    assert "after the address of the board: /#password=" in call("user", "reset", EMAIL).stdout
    monkeypatch.setenv("ESTAFETTE_PUBLIC_ADDRESS", "https://board.example.org/")
    assert "for 1 hour: https://board.example.org/#password=" in call("user", "reset", EMAIL).stdout


def test_the_operators_link_and_a_persons_link_sign_in(company: Dispatched) -> None:
    add()
    for who in ((), (EMAIL,)):
        link = told("user", "link", *who)["link"]
        opened = sign_in_by_link(company.database, token_of(link), agent="")
        assert opened.company_id == company.company_id


def test_a_locked_person_is_out_and_in_again(company: Dispatched) -> None:
    add()
    opened = sign_in_by_link(company.database, token_of(told("user", "link", EMAIL)["link"]), agent="")
    assert told("user", "lock", EMAIL)["locked"] is True
    assert prove_session(company.database, sha256_of(opened.token)) is None
    assert "locked" in call("user", "list").stdout
    for command in ("reset", "link"):
        refused = call("user", command, EMAIL)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "no link lets in before the account is unlocked" in refused.stderr
    assert "no longer locked" in call("user", "lock", EMAIL, "--undo").stdout
    assert prove_session(company.database, sha256_of(opened.token)) is not None


def test_a_driver_is_named_by_reference(company: Dispatched) -> None:
    added = told("user", "add", "d@example.org", "--name", "D", "--role", "driver", "--driver", "d1")
    assert added["user"]["driver_id"] == company.driver_ids[0]  # type: ignore[index]


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("user", "add", "anna", "--name", "A", "--role", "admin"), "name@example.org"),
        (("user", "add", "a@b.ch", "--name", "A", "--role", "driver"), "driver_id"),
        (
            ("user", "add", "a@b.ch", "--name", "A", "--role", "driver", "--driver", "nobody"),
            "there is no driver nobody",
        ),
        (("user", "lock", "nobody@example.org"), "there is no user nobody@example.org"),
        (("user", "reset", "nobody@example.org"), "there is no user"),
        (("key", "revoke", "99"), "there is no key 99"),
        (("key", "add", "x", "--scope", "board:read", "--user", "nobody@example.org"), "there is no user"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(arguments: tuple[str, ...], why: str) -> None:
    result = call(*arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert why in result.stderr


def test_a_key_is_shown_once_and_listed_without_its_secret(company: Dispatched) -> None:
    made = told("key", "add", "interface", "--scope", "booking:read", "--days", "30")
    secret = str(made["secret"])
    found = prove_key(company.database, sha256_of(secret))
    assert found is not None
    assert found.rights == {"booking:read"}
    listed = call("key", "list").stdout
    assert "interface" in listed
    assert secret not in listed
    number = made["key"]["key_id"]  # type: ignore[index]
    assert told("key", "revoke", number)["revoked"] is True
    assert prove_key(company.database, sha256_of(secret)) is None
    assert "revoked" in call("key", "list").stdout


def test_a_key_of_a_person_may_do_no_more_than_they(company: Dispatched) -> None:
    add()
    result = call("key", "add", "x", "--scope", "user:write", "--user", EMAIL)
    assert result.exit_code == 1
    assert "rights that its maker has not: user:write" in result.stderr


def test_a_key_needs_to_say_what_it_may_do() -> None:
    assert call("key", "add", "x").exit_code == 2
    assert call("key", "add", "x", "--scope", "board:read", "--role", "admin").exit_code == 2
