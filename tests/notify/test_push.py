"""One push: only its phone can read it, and it proves who sent it."""

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

from estafette.domain.error import Invalid
from estafette.domain.push import Subscription
from estafette.notify.push import Signer, encrypt, headers_for, new_key
from tests.notify.phones import Browser, claims_of

ENDPOINT = "https://push.example.org/one"


def phone_of(browser: Browser) -> Subscription:
    return Subscription(session_id=1, endpoint=ENDPOINT, p256dh=browser.p256dh, auth=browser.auth)


def test_the_phone_reads_what_was_sent_and_no_other_does() -> None:
    browser, other = Browser(), Browser()
    body = encrypt(b'{"body":"Your run"}', phone_of(browser))
    assert browser.read(body) == {"body": "Your run"}
    assert b"run" not in body
    with pytest.raises(InvalidTag):
        other.read(body)


def test_the_same_message_is_never_encrypted_the_same() -> None:
    phone = phone_of(Browser())
    assert encrypt(b"{}", phone) != encrypt(b"{}", phone)


def test_a_push_says_who_sends_it_to_whom_and_for_how_long() -> None:
    signer = Signer(new_key(), "mailto:dispatch@example.org")
    headers = headers_for(signer, phone_of(Browser()), topic="20261125-7", ttl_s=60, now_s=1_000)
    assert (headers["TTL"], headers["Topic"], headers["Urgency"]) == ("60", "20261125-7", "high")
    claims = claims_of(headers["Authorization"])
    assert claims["aud"] == "https://push.example.org"
    assert claims["sub"] == "mailto:dispatch@example.org"
    assert 0 < claims["exp"] - 1_000 <= 24 * 3600


def test_a_signature_of_another_key_is_found() -> None:
    one, two = Signer(new_key(), "mailto:a@b.c"), Signer(new_key(), "mailto:a@b.c")
    forged = one.authorization(ENDPOINT, now_s=1).replace(one.public_key, two.public_key)
    with pytest.raises(InvalidSignature):
        claims_of(forged)


@pytest.mark.parametrize("key", ["", "short", "!!!", "A" * 44])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Invalid, match="push_key"):
        Signer(key, "mailto:a@b.c")


def test_a_key_is_the_same_whenever_it_is_read() -> None:
    key = new_key()
    assert Signer(key, "mailto:a@b.c").public_key == Signer(key, "mailto:d@e.f").public_key
