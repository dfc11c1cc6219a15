"""Tests of the tests: every planted bug is caught by the faults and the appliers, and for the reason it should be."""

from pathlib import Path

import msgspec
import pytest

from tests.faults import mutants
from tests.faults.appliers import contest
from tests.faults.arena import Arena, wait_until
from tests.faults.history import Log
from tests.faults.proxy import a_relay
from tests.faults.verdict import Verdict, finish, judge

APPLIES = 240


def test_without_a_planted_bug_the_contest_finds_nothing(arena: Arena) -> None:
    assert contest(arena, applies=APPLIES).failures() == []


def test_without_the_version_check_the_history_is_not_serialisable(arena: Arena) -> None:
    found = contest(arena, applies=APPLIES, mutant="without_version_check")
    assert [line.split(":")[0] for line in found.anomalies] in (["G-single"], ["G2"])


def test_without_the_lock_of_the_feed_row_writers_run_into_each_other(arena: Arena) -> None:
    found = contest(arena, applies=APPLIES, mutant="without_feed_lock")
    assert "duplicate key value" in " ".join(found.failures())


def test_a_cursor_by_plain_sequence_misses_events_or_leaves_gaps(arena: Arena) -> None:
    mutants.plain_sequence(arena.server.owner)
    found = contest(arena, applies=APPLIES, mutant="cursor_by_sequence")
    assert found.missed or found.verdicts[0].gaps


def lost_replies(arena: Arena, mutant: str) -> Verdict:
    """Let a client with a planted bug lose replies, then judge as a sound one."""
    with a_relay(arena.server.app, cut_one_in=3) as relay:
        job = arena.job(count=12, mutant=mutant, through=relay.address(arena.server.app))
        with arena.client(job) as client:
            client.join()
        relay.cut_one_in = 0
        return judge(job)


def test_without_the_key_a_lost_reply_applies_twice(arena: Arena) -> None:
    found = lost_replies(arena, "without_key")
    assert found.duplicate
    assert found.lost


def test_who_is_told_before_the_commit_is_told_what_never_happened(arena: Arena) -> None:
    job = arena.job(mutant="told_before_commit")
    with arena.client(job) as client:
        wait_until(lambda: arena.acknowledged(job) % 2 == 1, client)
        client.kill()
        client.join()
    assert judge(job, asked_again=0).lost


def test_without_the_exclusion_constraint_a_careless_plan_double_books(arena: Arena) -> None:
    mutants.drop_exclusion(arena.server.owner)
    job = msgspec.structs.replace(arena.job(count=20), careless_one_in=1)
    with arena.client(job) as client:
        client.join()
    found = judge(job)
    assert any(line.startswith("stops_apart") for line in found.double_booked)
    assert any("stops_of_a_driver_never_overlap is missing" in line for line in found.other)


def test_a_bug_that_cannot_be_planted_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nothing to replace"):
        mutants.replace("text that has moved on", "what was there", "")
    with pytest.raises(KeyError):
        mutants.plant("no_such_bug", Log(tmp_path / "log"))


def test_a_careless_plan_is_refused_whole_and_counts_as_nothing_lost(arena: Arena) -> None:
    job = arena.job(count=60)
    with arena.client(job) as client:
        client.join()
    finish(job)
    found = judge(job)
    assert found.failures() == []
    assert found.acknowledged < 60
