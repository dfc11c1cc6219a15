"""Random histories of applies, claims, crashes, sleepers and lost answers: every phone ends up right."""

import pytest
from hypothesis import HealthCheck, given, settings

from estafette.store import notices
from estafette.store.database import Database
from tests.examples import up_to
from tests.properties.phones import Histories, Step, World

# Numbers of outcomes: see `phones.py`.
SENT, LATER, UNSURE_BUT_ARRIVED = 0, 2, 4


def play(database: Database, history: list[Step]) -> None:
    world = World(database)
    for step in history:
        world.take(step)
    world.settle()
    assert [phone.shows for phone in world.phones.values()] == world.manifests()


@settings(max_examples=up_to(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=Histories)
def test_whatever_fails_a_phone_that_drops_repeated_numbers_shows_the_drivers_manifest(
    database: Database, history: list[Step]
) -> None:
    play(database, history)


BUGS = {
    "any claim may mark": (
        ("MARK", "AND n.claim = m.claim", ""),
        [
            Step("assign"), Step("claim", 0), Step("send", 0, LATER), Step("run_out"),
            Step("claim", 1), Step("mark", 0), Step("claim", 0),
        ],
    ),
    "claims do not exclude": (
        ("CLAIM", "AND coalesce(max(claimed_until) <= moment.at, true)", ""),
        [Step("assign"), Step("claim", 0), Step("claim", 1)],
    ),
    "doubt is forgotten": (
        ("CLAIM", "coalesce(max(event_id) FILTER (WHERE handed_out), max(event_id))", "max(event_id)"),
        [Step("assign"), Step("claim", 0), Step("send", 0, SENT), Step("crash", 0), Step("take_off")],
    ),
    "the doubt of dead letters is forgotten": (
        ("CLAIM", "FILTER (WHERE in_doubt AND", "FILTER (WHERE false AND"),
        [
            Step("assign"), Step("claim"), Step("send", 0, UNSURE_BUT_ARRIVED), Step("mark"),
            Step("claim"), Step("give_up"), Step("mark"), Step("take_off"),
        ],
    ),
    "what was told is forgotten": (
        ("CLAIM", "FILTER (WHERE sent_at IS NOT NULL)", "FILTER (WHERE false)"),
        [Step("assign"), Step("claim"), Step("send", 0, SENT), Step("mark"), Step("assign", 1)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found_and_is_not_there_unplanted(
    database: Database, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    (statement, guard, without), history = BUGS[bug]
    sound = getattr(notices, statement)
    play(database, history)
    assert guard in sound
    monkeypatch.setattr(notices, statement, sound.replace(guard, without))
    with pytest.raises(AssertionError):
        play(database, history)
