"""What a sender may write: text that can be shown in one line, to its very end."""

import msgspec
import pytest

from estafette.domain.request import Language, Name, Ref, Text, Word
from estafette.domain.standing_order import Clock


@pytest.mark.parametrize(
    ("kind", "good"),
    [(Ref, "B 7"), (Name, "Rita Rossi"), (Text, ""), (Word, "lift"), (Language, "fr"), (Clock, "07:30")],
)
def test_a_text_ends_where_its_pattern_ends_also_before_a_last_line_feed(kind: object, good: str) -> None:
    assert msgspec.convert(good, kind) == good
    for ending in ("\n", "\r", "\x00", "\n\n"):
        with pytest.raises(msgspec.ValidationError, match="matching regex"):
            msgspec.convert(good + ending, kind)
