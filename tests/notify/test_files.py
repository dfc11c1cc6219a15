"""Notices as files: one per driver and day, each notice once."""

from datetime import timedelta
from io import FileIO
from pathlib import Path

import pytest

from estafette.domain.notice import Change
from estafette.notify.channel import Delivered, Later
from estafette.notify.files import KEPT, FileChannel
from tests.notify.test_render import a_notice, a_trip


def the_file(folder: Path) -> Path:
    return folder / "2026-11-25" / "driver-7.txt"


def test_notices_of_a_driver_follow_each_other_in_one_file(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path)
    channel.send([a_notice(a_trip(1), event_id=42)])
    channel.send([a_notice(a_trip(1, Change.TAKEN), event_id=57)])
    text = the_file(tmp_path).read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("#")] == ["#42", "#57"]
    assert "1 trip taken off." in text
    assert text.endswith("\n\n")


def test_a_repeated_notice_is_written_once(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path)
    assert channel.send([a_notice(a_trip(1))]) == [Delivered()]
    before = the_file(tmp_path).read_bytes()
    assert channel.send([a_notice(a_trip(1))]) == [Delivered()]
    assert the_file(tmp_path).read_bytes() == before


def test_a_number_below_the_last_comes_from_a_sleeper_and_is_left_out(tmp_path: Path) -> None:
    channel = FileChannel(tmp_path)
    channel.send([a_notice(a_trip(1), event_id=57)])
    before = the_file(tmp_path).read_bytes()
    assert channel.send([a_notice(a_trip(1, Change.TAKEN), event_id=9)]) == [Delivered()]
    assert the_file(tmp_path).read_bytes() == before


@pytest.mark.parametrize("kept", [1, 4, 40, -1])
def test_what_a_crash_left_half_written_is_written_again_whole(tmp_path: Path, kept: int) -> None:
    channel = FileChannel(tmp_path)
    channel.send([a_notice(a_trip(1), event_id=42)])
    first = the_file(tmp_path).read_bytes()
    channel.send([a_notice(a_trip(2), event_id=57)])
    both = the_file(tmp_path).read_bytes()
    the_file(tmp_path).write_bytes(first + both[len(first) :][:kept])
    channel.send([a_notice(a_trip(2), event_id=57)])
    assert the_file(tmp_path).read_bytes() == both


def test_a_disk_that_takes_half_a_notice_is_refused_and_nothing_half_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(FileIO):
        def write(self, content: bytes) -> int:
            return super().write(content[:10])

    channel = FileChannel(tmp_path)
    channel.send([a_notice(a_trip(1), event_id=42)])
    before = the_file(tmp_path).read_bytes()
    monkeypatch.setattr("estafette.notify.files.FileIO", Full)
    assert channel.send([a_notice(event_id=57)]) == [Later(reason="driver-7.txt: No space left on device")]
    assert the_file(tmp_path).read_bytes() == before


def test_the_disk_is_waited_for_once_and_after_the_last_notice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    monkeypatch.setattr("estafette.notify.files._SYNCS_ALL", True)
    monkeypatch.setattr("os.sync", lambda: seen.append(len(list(tmp_path.rglob("*.txt")))), raising=False)
    FileChannel(tmp_path).send([a_notice(driver_id=7), a_notice(driver_id=8)])
    assert seen == [2]


def test_where_not_everything_can_be_waited_for_each_file_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[int] = []
    monkeypatch.setattr("estafette.notify.files._SYNCS_ALL", False)
    monkeypatch.setattr("os.fsync", synced.append)
    assert FileChannel(tmp_path).send([a_notice(driver_id=7), a_notice(driver_id=8)]) == [Delivered()] * 2
    assert len(synced) == 2


def test_files_of_days_that_are_over_for_more_than_a_week_go(tmp_path: Path) -> None:
    notice = a_notice(a_trip(1))
    FileChannel(tmp_path).send([notice])
    day = notice.service_on
    FileChannel(tmp_path, today=lambda: day + KEPT).send([])
    assert [folder.name for folder in tmp_path.iterdir()] == [day.isoformat()]
    (tmp_path / "kept-by-somebody").mkdir()
    FileChannel(tmp_path, today=lambda: day + KEPT + timedelta(days=1)).send([])
    assert [folder.name for folder in tmp_path.iterdir()] == ["kept-by-somebody"]


def test_drivers_have_files_of_their_own(tmp_path: Path) -> None:
    FileChannel(tmp_path).send([a_notice(driver_id=7), a_notice(driver_id=8)])
    assert sorted(file.name for file in tmp_path.rglob("*.*")) == ["driver-7.txt", "driver-8.txt"]


def test_what_the_disk_refuses_is_for_later_and_no_other_suffers(tmp_path: Path) -> None:
    the_file(tmp_path).mkdir(parents=True)
    outcomes = FileChannel(tmp_path).send([a_notice(driver_id=7), a_notice(driver_id=8)])
    assert outcomes == [Later(reason="driver-7.txt: Is a directory"), Delivered()]
