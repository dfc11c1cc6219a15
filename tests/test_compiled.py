"""Machine code is kept for the present version and one more; what a process uses stays."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

from estafette.compiled import hold

DIGESTS = [f"{digest:016x}" for digest in range(6)]


def a_version(within: Path, digest: str, *, used_at: float, name: str = "kernel") -> Path:
    """Make a folder of machine code that was last used at a moment."""
    kept = within / f"{name}-{digest}"
    kept.mkdir()
    (kept / "code.nbc").touch()
    (kept / "held").touch()
    os.utime(kept / "held", (used_at, used_at))
    return kept


def names(within: Path) -> list[str]:
    """List what is kept."""
    return sorted(each.name for each in within.iterdir())


def test_a_new_version_removes_all_but_the_one_used_last_before_it(tmp_path: Path) -> None:
    for used_at, digest in zip((10, 40, 30, 20), DIGESTS[1:], strict=False):
        a_version(tmp_path, digest, used_at=used_at)
    hold(tmp_path / f"kernel-{DIGESTS[0]}")
    assert names(tmp_path) == [f"kernel-{DIGESTS[0]}", f"kernel-{DIGESTS[2]}"]


def test_a_version_that_a_process_uses_is_never_removed(tmp_path: Path) -> None:
    used = tmp_path / f"kernel-{DIGESTS[1]}"
    other = subprocess.Popen(
        [sys.executable, "-c", f"from pathlib import Path; from estafette.compiled import hold\n"
         f"hold(Path({str(used)!r})); print(1, flush=True); input()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with other:
        assert other.stdout is not None
        other.stdout.readline()
        os.utime(used / "held", (1, 1))
        a_version(tmp_path, DIGESTS[2], used_at=20)
        hold(tmp_path / f"kernel-{DIGESTS[3]}")
        assert used.name in names(tmp_path)
        other.communicate(b"\n")
    hold(tmp_path / f"kernel-{DIGESTS[4]}")
    assert names(tmp_path) == [f"kernel-{DIGESTS[3]}", f"kernel-{DIGESTS[4]}"]


def test_other_kept_code_and_a_version_used_before_are_left_alone(tmp_path: Path) -> None:
    others = [a_version(tmp_path, digest, used_at=1, name="kernel-with-traps") for digest in DIGESTS]
    known = a_version(tmp_path, DIGESTS[0], used_at=1)
    for digest in DIGESTS[1:]:
        a_version(tmp_path, digest, used_at=2)
    hold(known)
    assert len(names(tmp_path)) == len(others) + len(DIGESTS)


def test_a_folder_that_is_removed_while_it_is_waited_for_is_made_again(tmp_path: Path) -> None:
    going = a_version(tmp_path, DIGESTS[0], used_at=1)
    script = (
        f"from pathlib import Path; from estafette.compiled import hold; import os\n"
        f"print(1, flush=True); held = hold(Path({str(going)!r}))\n"
        f"print(os.path.samestat(os.fstat(held.fileno()), os.stat({str(going / 'held')!r})))"
    )
    with (going / "held").open("ab") as remover:
        fcntl.flock(remover, fcntl.LOCK_EX)
        other = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        assert other.stdout is not None
        other.stdout.readline()
        (going / "code.nbc").unlink()
        (going / "held").unlink()
        going.rmdir()
    assert other.communicate()[0] == b"True\n"


def test_where_nothing_can_be_written_nothing_is_held(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert hold(tmp_path / "file" / f"kernel-{DIGESTS[0]}") is None
