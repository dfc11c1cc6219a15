"""Files that somebody sends: whatever is in them, they are read or refused, within bounds of memory and time."""

import subprocess
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from estafette.demo import invented_day
from estafette.domain.error import Invalid
from estafette.domain.imported import FileKind, SentFile
from estafette.exchange import apart
from estafette.exchange.apart import Bounds, read_apart
from estafette.exchange.csv import read_csv, write_csv
from tests.examples import up_to

ZONE = "Europe/Zurich"
HEAD = (
    b"ref,booking,rider,rider_name,direction,service_on,origin,origin_name,origin_lon,origin_lat,destination,"
    b"anchor,requested_at\n"
)
ROW = b"T1,B1,R1,Ann,outbound,2026-11-25,P1,Home,6.1,46.2,H,pickup_at,09:00\n"
FAST = Bounds(wall_s=30)


def csv_of(kind: FileKind, name: str = "x.csv") -> SentFile:
    return SentFile(kind=kind, name=name)


def apart_as_together(content: bytes, kind: FileKind) -> None:
    """Reading apart gives what reading here gives, a refusal as well."""
    try:
        here: Any = read_csv(content, kind, zone=ZONE, file="x.csv")
    except Invalid as refused:
        here = str(refused)
    try:
        there: Any = read_apart(content, csv_of(kind), zone=ZONE, bounds=FAST)
    except Invalid as refused:
        there = str(refused)
    assert there == here


@pytest.mark.parametrize("kind", list(FileKind))
def test_a_whole_file_is_read_as_it_is_here(kind: FileKind) -> None:
    day = invented_day(3, trips=20, drivers=4, service_on=date(2026, 11, 25))
    content = write_csv(getattr(day, kind.value), kind, zone=ZONE)
    assert len(read_csv(content, kind, zone=ZONE, file="x.csv").taken) > 0
    apart_as_together(content, kind)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 1000,
        b"\xff\xfe",
        HEAD + ROW.replace(b"Ann", b"\x00"),
        HEAD + b'"' * 9999,
        HEAD + b'"' + b"x" * 200_000,
        HEAD + b"," * 100_000,
        HEAD + b"\n" * 100_000 + ROW,
        HEAD + b";" * 100_000 + b"\r" * 1000,
        HEAD + ROW.replace(b"6.1", b"nan"),
        HEAD + ROW.replace(b"6.1", b"9" * 5000),
        HEAD + ROW.replace(b"09:00", b"9" * 5000),
        HEAD + ROW.replace(b"2026-11-25", b"0000-00-00"),
        HEAD + ROW.replace(b"2026-11-25", b"9999-12-31"),
        HEAD + ROW.replace(b"Ann", b"=cmd()|'x'!A1"),
        b"a" * 200_000 + b"\n",
        b",".join(b"c%d" % n for n in range(20_000)),
        HEAD * 3,
    ],
    ids=range(18),
)
def test_what_is_no_such_file_is_refused_or_told_row_by_row(content: bytes) -> None:
    apart_as_together(content, FileKind.TRIPS)


_CELLS = st.text(alphabet=st.sampled_from('a1,;"\n\r\t |=+-@.:/\x00é\u2028'), max_size=30)


@settings(max_examples=up_to(300), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(HEAD + ROW)
@given(
    st.binary(max_size=300)
    | st.lists(_CELLS, max_size=12).map(lambda cells: HEAD + ",".join(cells).encode())
    | st.tuples(st.integers(0, 200), st.binary(max_size=8)).map(
        lambda cut: (HEAD + ROW * 2)[: cut[0]] + cut[1] + (HEAD + ROW * 2)[cut[0] :]
    )
)
def test_nothing_but_a_refusal_comes_out_of_any_bytes(content: bytes) -> None:
    for kind in FileKind:
        try:
            found = read_csv(content, kind, zone=ZONE, file="x.csv")
        except Invalid as refused:
            said = str(refused)
            assert "\n" not in said
            continue
        told = {problem.row for problem in found.problems} | {taken.row for taken in found.taken}
        assert len(told) <= content.count(b"\n") + content.count(b"\r") + 1


needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="no limits of memory there")


@needs_limits
@pytest.mark.parametrize("bounds", [Bounds(memory_bytes=160_000_000), Bounds(cpu_s=1), Bounds(wall_s=0.8)])
def test_a_file_that_explodes_costs_a_process_and_is_refused_in_one_line(bounds: Bounds) -> None:
    content = HEAD + b"".join(ROW.replace(b"T1", b"T%d" % n) for n in range(100_000))
    with pytest.raises(Invalid, match=r"^big\.csv: nothing was read, it takes more than .* divide the file$"):
        read_apart(content, csv_of(FileKind.TRIPS, "big.csv"), zone=ZONE, bounds=bounds)


def test_the_process_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    passed: dict[str, str] = {}
    run = subprocess.run

    def watched(*given: Any, **how: Any) -> Any:
        passed.update(how["env"])
        return run(*given, **how)

    monkeypatch.setattr(apart.subprocess, "run", watched)
    for name in ("DATABASE_URL", "ESTAFETTE_NOTES_KEYS", "PGPASSWORD"):
        monkeypatch.setenv(name, "secret")
    read_apart(HEAD + ROW, csv_of(FileKind.TRIPS), zone=ZONE)
    assert "secret" not in passed.values()


@needs_limits
def test_the_process_can_write_no_file(tmp_path: object) -> None:
    script = (
        "from estafette.exchange.reader import _limit; from estafette.exchange.apart import Task\n"
        f"_limit(Task(None, '', 10**10, 10)); open(r'{tmp_path}/x', 'wb', 0).write(b'x' * 100)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert done.returncode != 0
