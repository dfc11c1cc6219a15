"""The entrance's words: four languages, the same keys, nothing empty, nothing unused."""

import json
import re
from pathlib import Path

import pytest

import estafette.edge

CONSOLE = Path(estafette.edge.__file__).parent / "console"
WORDS = {
    file.stem: json.loads(file.read_text(encoding="utf-8")) for file in (CONSOLE / "words").glob("*.json")
}


def test_four_languages_have_the_same_words() -> None:
    assert set(WORDS) == {"en", "fr", "de", "it"}
    assert len({frozenset(words) for words in WORDS.values()}) == 1


@pytest.mark.parametrize("language", WORDS)
def test_no_word_is_empty(language: str) -> None:
    assert [name for name, word in WORDS[language].items() if not word.strip()] == []


@pytest.mark.parametrize("language", WORDS)
def test_every_phrase_has_the_blanks_of_the_english_one(language: str) -> None:
    blanks = {name: sorted(re.findall(r"\{\w+\}", word)) for name, word in WORDS[language].items()}
    assert blanks == {name: sorted(re.findall(r"\{\w+\}", word)) for name, word in WORDS["en"].items()}


def test_every_word_is_said_somewhere() -> None:
    script = "".join(file.read_text(encoding="utf-8") for file in CONSOLE.glob("*.js"))
    assert [name for name in WORDS["en"] if f"'{name}'" not in script] == []
