"""Sealed texts open with their key, for what they belong to, and not otherwise."""

import base64

import pytest

from estafette.domain.error import Invalid, Unavailable
from estafette.store.sealing import Sealed, SealingKeys, note_keys

ONE, TWO = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


def test_what_was_sealed_opens_again_and_never_looks_the_same() -> None:
    keys = note_keys(f"2026:{ONE}")
    first, second = (keys.seal("allergic to latex", of="rider 1") for _ in range(2))
    assert keys.open(first, of="rider 1") == keys.open(second, of="rider 1") == "allergic to latex"
    assert first.content != second.content
    assert b"latex" not in first.content


def test_the_first_key_seals_and_all_open() -> None:
    old = note_keys(f"2025:{ONE}").seal("x", of="r")
    keys = note_keys(f"2026:{TWO}, 2025:{ONE}")
    assert keys.seal("y", of="r").key_id == "2026"
    assert keys.open(old, of="r") == "x"


@pytest.mark.parametrize(
    ("keys", "of", "content"),
    [
        (f"a:{ONE}", "rider 2", None),
        (f"a:{TWO}", "rider 1", None),
        (f"b:{ONE}", "rider 1", None),
        (f"a:{ONE}", "rider 1", b"short"),
        (f"a:{ONE}", "rider 1", bytes(40)),
    ],
)
def test_what_does_not_belong_there_does_not_open(keys: str, of: str, content: bytes | None) -> None:
    sealed = note_keys(f"a:{ONE}").seal("x", of="rider 1")
    with pytest.raises(Unavailable):
        note_keys(keys).open(Sealed("a", content or sealed.content), of=of)


@pytest.mark.parametrize("changed", range(30))
def test_every_changed_byte_is_noticed(changed: int) -> None:
    keys = SealingKeys({"a": bytes(32)}, variable="KEYS")
    sealed = keys.seal("xy", of="r")
    content = bytearray(sealed.content)
    content[changed % len(content)] ^= 1
    with pytest.raises(Unavailable):
        keys.open(Sealed("a", bytes(content)), of="r")


@pytest.mark.parametrize("setting", [None, ""])
def test_without_a_key_nothing_is_stored_and_it_says_what_to_do(setting: str | None) -> None:
    with pytest.raises(Invalid, match="set ESTAFETTE_NOTES_KEYS"):
        note_keys(setting)


@pytest.mark.parametrize(
    "setting", [ONE, "a:short", f"a:{ONE},a:{TWO}", f":{ONE}", f"a:{ONE[:-4]}", f"a:{ONE},"]
)
def test_a_key_that_is_none_is_refused_without_repeating_it(setting: str) -> None:
    with pytest.raises(Invalid, match="ESTAFETTE_NOTES_KEYS: number") as refused:
        note_keys(setting)
    assert ONE not in str(refused.value)
