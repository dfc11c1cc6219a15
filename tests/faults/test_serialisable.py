"""The checker finds every kind of bad history, and nothing in good ones."""

import random

import pytest

from tests.faults.serialisable import Transaction, anomalies


def test_transactions_one_after_the_other_are_serialisable() -> None:
    history = [Transaction(f"t{n}", {"x": n - 1, "y": 0}, {"x": n}) for n in range(1, 50)]
    assert anomalies(history) == []


def test_an_empty_history_and_readers_alone_are_serialisable() -> None:
    assert anomalies([]) == []
    assert anomalies([Transaction("a", {"x": 0}), Transaction("b", {"x": 0})]) == []


@pytest.mark.parametrize(
    ("kind", "history"),
    [
        # Both moved the trip from where the first found it; the second never saw the first.
        ("G-single", [Transaction("a", {"x": 0}, {"x": 1}), Transaction("b", {"x": 0}, {"x": 2})]),
        # Both wrote the same version of a manifest.
        ("lost update", [Transaction("a", {"x": 0}, {"x": 1}), Transaction("b", {"x": 0}, {"x": 1})]),
        # Write skew: each read what the other then wrote.
        ("G2", [Transaction("a", {"x": 0, "y": 0}, {"x": 1}), Transaction("b", {"x": 0, "y": 0}, {"y": 1})]),
        # Each read what the other wrote: information flows in a circle.
        ("G1c", [Transaction("a", {"y": 1}, {"x": 1}), Transaction("b", {"x": 1}, {"y": 1})]),
        # Two writers in a different order on each object.
        ("G0", [Transaction("a", {}, {"x": 1, "y": 2}), Transaction("b", {}, {"x": 2, "y": 1})]),
        # A reader saw half of a transaction.
        ("G-single", [Transaction("a", {}, {"x": 1, "y": 1}), Transaction("reader", {"x": 1, "y": 0})]),
        # Two readers saw two independent writers in different orders.
        (
            "G2",
            [
                Transaction("a", {}, {"x": 1}),
                Transaction("b", {}, {"y": 1}),
                Transaction("one", {"x": 1, "y": 0}),
                Transaction("two", {"x": 0, "y": 1}),
            ],
        ),
        # What was read was rolled back.
        ("dirty read", [Transaction("a", {"x": 7}, {"y": 1})]),
    ],
)
def test_a_bad_history_is_named(kind: str, history: list[Transaction]) -> None:
    assert [line.split(":")[0] for line in anomalies(history)] == [kind]


def test_a_cycle_says_who_depends_on_whom() -> None:
    (line,) = anomalies([Transaction("a", {"x": 0}, {"x": 1}), Transaction("b", {"x": 0}, {"x": 2})])
    assert "a -ww-> b" in line
    assert "b -rw-> a" in line


def random_history(seed: int, *, blind: bool) -> list[Transaction]:
    """Make transactions that follow each other; with `blind`, one acts on what it saw ten transactions ago."""
    chance = random.Random(seed)
    now = dict.fromkeys("abcdef", 0)
    past = [dict(now)]
    history = []
    for n in range(1, 200):
        seen = past[max(0, len(past) - 10)] if blind and n == 150 else now
        things = chance.sample(sorted(now), 3)
        history.append(Transaction(f"t{n}", {t: seen[t] for t in things}, dict.fromkeys(things[:2], n)))
        now |= dict.fromkeys(things[:2], n)
        past.append(dict(now))
    chance.shuffle(history)
    return history


@pytest.mark.parametrize("seed", range(10))
def test_one_transaction_in_many_that_acts_on_the_past_is_found(seed: int) -> None:
    assert anomalies(random_history(seed, blind=False)) == []
    assert anomalies(random_history(seed, blind=True)) != []
