"""Codes of a second factor: the vectors of the RFCs, and what is taken when."""

import pytest

from estafette.domain.totp import as_text, code_of, enrolment, from_text, step_of

SECRET = b"12345678901234567890"


# RFC 4226, appendix D.
@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate(
            [
                "755224",
                "287082",
                "359152",
                "969429",
                "338314",
                "254676",
                "287922",
                "162583",
                "399871",
                "520489",
            ]
        )
    ),
)
def test_the_codes_of_a_counter_are_those_of_rfc_4226(counter: int, code: str) -> None:
    assert code_of(SECRET, counter) == code


# RFC 6238, appendix B, the rows of SHA-1.
@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_codes_of_a_time_are_those_of_rfc_6238(at_s: int, code: str) -> None:
    assert code_of(SECRET, at_s // 30, digits=8) == code


@pytest.mark.parametrize(("off_s", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_code_is_taken_one_step_early_and_late_and_no_more(off_s: int, taken: bool) -> None:
    now_s = 1_800_000_000
    code = code_of(SECRET, (now_s + off_s) // 30)
    assert (step_of(SECRET, code, now_s=now_s) == (now_s + off_s) // 30) is taken


@pytest.mark.parametrize("typed", ["", "1", "abcdef", "000 000 000", "é" * 6])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert step_of(SECRET, typed, now_s=1_800_000_000) is None


def test_a_code_may_be_typed_with_a_space() -> None:
    code = code_of(SECRET, 100)
    assert step_of(SECRET, f"{code[:3]} {code[3:]}", now_s=3000) == 100


def test_a_secret_is_read_as_it_is_written() -> None:
    assert from_text(as_text(SECRET)) == SECRET
    assert (
        enrolment(SECRET, account="anna@example.org")
        == f"otpauth://totp/Estafette:anna%40example.org?secret={as_text(SECRET)}&issuer=Estafette"
    )
