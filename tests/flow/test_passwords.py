"""Passwords: which are good enough, how they are kept; and how often one may be wrong."""

import pytest

from estafette.domain.error import Invalid
from estafette.flow.accounts.password import checked, hashed, is_outdated, matches
from estafette.flow.accounts.throttle import Throttle

GOOD = "velvet harbour lamp"


@pytest.mark.parametrize("password", [GOOD, "sechs Zeilen für Zoë", "x7Q!p2Lk9#vD", "😀 a word and another"])
def test_a_password_of_twelve_characters_and_more_is_good_whatever_it_is_made_of(password: str) -> None:
    assert matches(password, hashed(checked(password)))


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "12 to 128"),
        ("elevenchars", "12 to 128"),
        ("x" * 129, "12 to 128"),
        ("Password1234!", "guessed first"),
        ("passwordpassword", "guessed first"),
        ("MOTDEPASSE2026", "guessed first"),
        ("123456789012", "guessed first"),
        ("19.07.1985 1985", "guessed first"),
        ("aaaaaaaaaaaa", "guessed first"),
        ("Estafette2026", "guessed first"),
    ],
)
def test_a_password_that_is_too_short_too_long_or_common_is_refused(password: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        checked(password)


@pytest.mark.parametrize("password", ["estafette2026", "Anna.Rochat.2026", "rochat-estafette-1"])
def test_a_password_that_is_little_more_than_known_names_is_refused(password: str) -> None:
    with pytest.raises(Invalid, match="name that others know|guessed first"):
        checked(password, about=("anna.rochat@example.org", "Anna Rochat"))


def test_a_name_within_words_of_ones_own_is_good() -> None:
    assert checked("anna sails at dawn", about=("anna.rochat@example.org", "Anna Rochat"))


def test_the_longest_password_counts_to_its_last_character() -> None:
    longest = ("abcdefgh" * 16)[:127]
    kept = hashed(checked(longest + "y"))
    assert matches(longest + "y", kept)
    assert not matches(longest + "z", kept)


def test_a_letter_composed_otherwise_is_the_same_letter() -> None:
    assert matches("cafe\u0301 de la gare", hashed("caf\u00e9 de la gare"))


def test_what_is_kept_is_argon2id_with_a_salt_of_its_own() -> None:
    one, other = hashed(GOOD), hashed(GOOD)
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != other
    assert not is_outdated(one)
    assert is_outdated(one.replace("t=2", "t=1"))


@pytest.mark.parametrize("kept", [None, "", "not a hash", "$argon2id$v=19$m=19456,t=2,p=1$broken"])
def test_nothing_matches_where_no_password_is_kept(kept: str | None) -> None:
    assert not matches(GOOD, kept)
    assert not matches("a password that nobody has", kept)


def test_an_account_takes_ten_wrong_tries_in_a_quarter_of_an_hour_from_wherever_they_come() -> None:
    throttle = Throttle()
    waits = [throttle.enter("anna", f"198.51.100.{n}", now_s=n) for n in range(11)]
    assert waits[:10] == [0.0] * 10
    assert waits[10] == 890.0
    assert throttle.enter("anna", "198.51.100.99", now_s=900.5) == 0.0


def test_a_stranger_cannot_lock_out_who_has_signed_in_from_an_address_before() -> None:
    throttle = Throttle()
    throttle.enter("anna", "192.0.2.1", now_s=0)
    throttle.passed("anna", "192.0.2.1")
    for n in range(20):
        throttle.enter("anna", f"198.51.100.{n}", now_s=1)
    assert throttle.enter("anna", "198.51.100.99", now_s=2) > 0
    assert throttle.enter("anna", "192.0.2.1", now_s=2) == 0.0


def test_an_address_that_tries_many_accounts_is_held_back() -> None:
    throttle = Throttle()
    waits = [throttle.enter(f"user{n}", "198.51.100.1", now_s=0) for n in range(51)]
    assert waits == [0.0] * 50 + [900.0]
    assert throttle.enter("user1", "192.0.2.1", now_s=0) == 0.0
