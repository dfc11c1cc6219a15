"""Notices as files: one per driver and day, each notice once."""

import os
from pathlib import Path

import pytest

from estafette.domain.notice import Change
from estafette.notify.channel import Delivered, Later
from estafette.notify.files import FileChannel
from tests.notify.test_render import a_notice, a_trip


def test_notices_of_a_driver_follow_each_other_in_one_file(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path)
    channel.send([a_notice(a_trip(1), event_id=42)])
    channel.send([a_notice(a_trip(1, Change.TAKEN), event_id=57)])
    text = (tmp_path / "2026-11-25" / "driver-7.txt").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == ["#42", "#57"]
    assert "1 trip taken off." in text


def test_a_repeated_notice_is_written_once(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path)
    assert channel.send([a_notice(a_trip(1))]) == [Delivered()]
    before = (tmp_path / "2026-11-25" / "driver-7.txt").read_bytes()
    assert channel.send([a_notice(a_trip(1))]) == [Delivered()]
    assert (tmp_path / "2026-11-25" / "driver-7.txt").read_bytes() == before


def test_a_number_below_the_last_comes_from_a_sleeper_and_is_left_out(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path)
    channel.send([a_notice(a_trip(1), event_id=57)])
    before = (tmp_path / "2026-11-25" / "driver-7.txt").read_bytes()
    assert channel.send([a_notice(a_trip(1, Change.TAKEN), event_id=9)]) == [Delivered()]
    assert (tmp_path / "2026-11-25" / "driver-7.txt").read_bytes() == before


def test_nothing_is_answered_before_the_disk_has_drafts_and_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    monkeypatch.setattr("estafette.notify.files._SYNCS_ALL", True)
    monkeypatch.setattr("os.sync", lambda: seen.append(_endings(tmp_path)), raising=False)
    FileChannel(tmp_path).send([a_notice(driver_id=7), a_notice(driver_id=8)])
    assert seen == [[f".{os.getpid()}"] * 2, [".txt"] * 2]


def _endings(folder: Path) -> list[str]:
    return sorted(file.suffix for file in folder.rglob("driver-*"))


def test_where_not_everything_can_be_synced_each_draft_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr("estafette.notify.files._SYNCS_ALL", False)
    monkeypatch.setattr("os.fsync", synced.append)
    assert FileChannel(tmp_path).send([a_notice(driver_id=7), a_notice(driver_id=8)]) == [Delivered()] * 2
    assert len(synced) == 2


def test_drivers_have_files_of_their_own(tmp_path: Path) -> None:
    FileChannel(tmp_path).send([a_notice(driver_id=7), a_notice(driver_id=8)])
    assert sorted(file.name for file in tmp_path.rglob("*.*")) == ["driver-7.txt", "driver-8.txt"]


def test_a_file_that_cannot_be_put_in_place_is_for_later_and_no_other_suffers(tmp_path: Path) -> None:
    (tmp_path / "2026-11-25" / "driver-7.txt" / "in the way").mkdir(parents=True)
    outcomes = FileChannel(tmp_path).send([a_notice(driver_id=7), a_notice(driver_id=8)])
    assert outcomes == [Later(reason="driver-7.txt: Is a directory"), Delivered()]


def test_what_the_disk_refuses_is_for_later(tmp_path: Path) -> None:
    (tmp_path / "2026-11-25").write_text("in the way", encoding="utf-8")
    (outcome,) = FileChannel(tmp_path).send([a_notice()])
    assert outcome == Later(reason="driver-7.txt: File exists")
