"""Sending a webhook over a real socket, and to whom nothing is sent."""

import pytest

from estafette.domain.error import Invalid
from estafette.notify.webhook import Answer, Target, post, target_of
from tests.notify.receiving import receiving


def test_a_message_arrives_and_a_redirection_is_not_followed() -> None:
    with receiving() as receiver:
        for path, status in (("/hooks?a=1", 204), ("/elsewhere", 302)):
            answer = post(target_of(receiver.address + path, internal=True), b"{}", {"webhook-id": "m1"})
            assert answer == Answer(status=status)
            assert answer.taken is (status == 204)
    assert receiver.got == [("/hooks?a=1", "m1", b"{}"), ("/elsewhere", "m1", b"{}")]


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "0.0.0.0", "fd00::1"]
)  # fmt: skip
def test_nothing_is_sent_into_a_private_network(host: str) -> None:
    target = Target(scheme="https", host=host, port=443, path="/")
    with pytest.raises(OSError, match="private network"):
        post(target, b"{}", {})


def test_a_receiver_that_is_not_there_is_an_error_of_the_network() -> None:
    with receiving() as receiver:
        target = target_of(receiver.address, internal=True)
    with pytest.raises(ConnectionRefusedError):
        post(target, b"{}", {})


def test_an_address_is_taken_apart() -> None:
    assert target_of("https://example.org/a?b=c", internal=False) == Target(
        scheme="https", host="example.org", port=443, path="/a?b=c"
    )
    assert target_of("http://[::1]:8080", internal=True) == Target(
        scheme="http", host="::1", port=8080, path="/", internal=True
    )
    with pytest.raises(Invalid):
        target_of("http://example.org", internal=False)
