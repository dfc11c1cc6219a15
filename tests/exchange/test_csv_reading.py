"""What a file may look like, and what is said about one that does not."""

import pytest

from estafette.domain.error import Invalid
from estafette.domain.fleet import Break, Spaces
from estafette.domain.imported import FileKind, RowProblem
from estafette.domain.request import DriverRequest, PlaceRequest
from estafette.exchange.csv import Reading, read_csv
from estafette.exchange.csv import table as csv_table

ZONE = "Europe/Zurich"
TRIP = {
    "ref": "t1", "rider": "r1", "rider_name": "Alba", "service_on": "2026-11-25", "origin": "a",
    "destination": "b", "anchor": "arrive_by", "requested_at": "08:30",
}  # fmt: skip
SHIFT = {
    "ref": "s1", "driver": "d1", "vehicle": "v1", "service_on": "2026-11-25", "from": "06:00", "to": "14:30",
    "start": "depot",
}  # fmt: skip


def read(content: str | bytes, kind: FileKind = FileKind.DRIVERS) -> Reading:
    encoded = content if isinstance(content, bytes) else content.encode()
    return read_csv(encoded, kind, zone=ZONE, file="file.csv")


def a_row(kind: FileKind, cells: dict[str, str], separator: str = ";") -> Reading:
    return read(separator.join(cells) + "\n" + separator.join(cells.values()) + "\n", kind)


def a_trip(**cells: str) -> Reading:
    return a_row(FileKind.TRIPS, TRIP | cells)


def a_shift(**cells: str) -> Reading:
    return a_row(FileKind.SHIFTS, SHIFT | cells)


@pytest.mark.parametrize(
    "content",
    [
        "ref,name\nd1,Nadia\n",
        "\ufeffref,name\nd1,Nadia",
        "name;ref\r\nNadia;d1\r\n",
        "\r\nref;name\r\n;\r\n d1 ;Nadia\r\n\r\n",
        '"ref","name"\n"d1","Nadia"\n',
        "REF,Name\nd1,Nadia\n",
        "ref,name,language\nd1,Nadia,\n",
    ],
)
def test_one_driver_is_read_from_every_usual_form(content: str) -> None:
    reading = read(content)
    assert [taken.request for taken in reading.taken] == [DriverRequest(ref="d1", name="Nadia")]
    assert reading.problems == ()


def test_rows_have_the_line_that_an_editor_shows() -> None:
    reading = read('ref,name,active\n\nd1,"Nadia",yes\nd2,Ivo,maybe\n')
    assert [taken.row for taken in reading.taken] == [3]
    assert reading.problems == (RowProblem(row=4, column="active", value="maybe", expected="yes or no"),)


def test_a_quoted_line_break_counts_as_a_line_but_is_no_name() -> None:
    reading = read('ref,name\nd1,"Na\ndia"\nd2,Ivo\n')
    assert [problem.row for problem in reading.problems] == [2]
    assert [taken.row for taken in reading.taken] == [4]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ref,name\nd1,Andr\xe9\n", "file.csv: not UTF-8, byte 16 is 0xe9"),
        (b"\xef\xbb\xbfref,name\nd1,\xff\n", "file.csv: not UTF-8, byte 15 is 0xff"),
        (b"", "file.csv: there is no header, the file is empty"),
        (b'ref,name\nd1,"Nadia\nd2,Ivo\n', "file.csv:2: the row cannot be read, unexpected end of data"),
        (b"ref,nmae\n", "file.csv:1: unknown column 'nmae', did you mean 'name'?; column 'name' is missing"),
        (b"ref,name,colour\n", "file.csv:1: unknown column 'colour'"),
        (
            b"ref,name," + b",".join(b"%d" % n for n in range(1000)) + b"\n",
            "file.csv:1: "
            + "; ".join(f"unknown column '{n}'" for n in range(10))
            + "; 990 more unknown columns",
        ),
        (b"\nref,name,ref\n", "file.csv:2: column 'ref' appears twice"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_clear_line(content: bytes, message: str) -> None:
    with pytest.raises(Invalid) as error:
        read(content)
    assert str(error.value) == message


def test_a_file_with_too_many_rows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_ROWS", 2)
    assert len(read("ref,name\nd1,A\nd2,B\n").taken) == 2
    with pytest.raises(Invalid, match=r"file.csv: more than 2 rows"):
        read("ref,name\nd1,A\nd2,B\nd3,C\n")


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_table, "MAX_BYTES", 10)
    with pytest.raises(Invalid, match=r"file.csv: larger than 10 bytes"):
        read("ref,name\nd1,A\n")


@pytest.mark.parametrize("row", ["d1", "d1,Nadia,fr,yes,more"])
def test_a_row_with_another_number_of_cells_is_refused(row: str) -> None:
    reading = read(f"ref,name,language,active\n{row}\n")
    assert [problem.expected for problem in reading.problems] == ["4 cells, as in the header"]
    assert reading.taken == ()


def test_every_bad_cell_of_a_row_is_named() -> None:
    reading = read("ref,name,language\n,,xx\n")
    assert [problem.column for problem in reading.problems] == ["ref", "name", "language"]


@pytest.mark.parametrize(("separator", "lon"), [(",", "6.149"), (";", "6.149"), (";", "6,149")])
def test_a_decimal_comma_is_read_where_semicolons_separate(separator: str, lon: str) -> None:
    cells = TRIP | {"origin_name": "Home", "origin_lon": lon, "origin_lat": "46"}
    taken = a_row(FileKind.TRIPS, cells, separator).taken[0].request
    assert taken.origin == PlaceRequest(ref="a", name="Home", lon=6.149, lat=46)


def test_a_described_place_without_a_reference_is_known_by_its_position() -> None:
    taken = a_trip(origin="", origin_name="Home", origin_lon="6.1", origin_lat="46.2").taken[0].request
    assert taken.origin == PlaceRequest(ref="geo:46.20000,6.10000", name="Home", lon=6.1, lat=46.2)


def test_a_described_place_may_say_where_vehicles_stop() -> None:
    home = {"origin_name": "Home", "origin_lon": "6.1", "origin_lat": "46.2", "origin_access_lon": "6.101"}
    taken = a_trip(**home, origin_access_lat="46.201").taken[0].request
    assert (taken.origin.access_lon, taken.origin.access_lat) == (6.101, 46.201)
    (problem,) = a_trip(**home).problems
    assert (problem.column, problem.expected) == (
        "origin_access_lat", "a value: an access point has a longitude and a latitude",
    )  # fmt: skip


def test_a_place_that_is_only_named_has_no_access_point() -> None:
    (problem,) = a_trip(origin_access_lon="6.1", origin_access_lat="46.2").problems
    assert problem.expected == "a value: a described place has a name and a position"


def test_a_trip_takes_a_seat_unless_it_says_otherwise() -> None:
    assert a_trip().taken[0].request.takes == Spaces(seats=1)
    assert a_trip(wheelchairs="1").taken[0].request.takes == Spaces(wheelchairs=1)


def test_a_trip_without_a_time_is_a_will_call() -> None:
    assert a_trip(requested_at="").taken[0].request.requested_at is None


def test_a_shift_ends_where_it_starts_unless_it_says_otherwise() -> None:
    assert a_shift().taken[0].request.end == "depot"
    assert a_shift(end="garage").taken[0].request.end == "garage"


def test_a_shift_with_an_open_end_has_none() -> None:
    assert a_shift(open_end="yes").taken[0].request.end is None
    assert a_shift(open_end="no").taken[0].request.end == "depot"


def test_names_are_the_same_however_they_are_written() -> None:
    needs = a_trip(needs=" Stair  Chair|OXYGEN | stair chair").taken[0].request.needs
    assert needs == ("stair chair", "oxygen")


def test_a_rider_cannot_ban_a_preferred_driver() -> None:
    rider = {"ref": "r1", "name": "Alba", "banned_drivers": "d1 | d2", "preferred_drivers": "d3 | d2"}
    (problem,) = a_row(FileKind.RIDERS, rider).problems
    assert (problem.row, problem.column, problem.value) == (2, "preferred_drivers", "d3 | d2")
    assert problem.expected == "drivers who are not banned, as d2 is"


def test_breaks_are_seconds_of_the_service_day() -> None:
    shift = a_shift(breaks="09:00 to 10:00 for 30 min | 12:00 to 12:00 for 90 s").taken[0].request
    assert shift.breaks == (
        Break(from_s=32400, to_s=36000, duration_s=1800),
        Break(from_s=43200, to_s=43200, duration_s=90),
    )


@pytest.mark.parametrize(
    ("cells", "column", "expected"),
    [
        ({"service_on": "25.11.2026"}, "service_on", "a date like 2026-11-25"),
        ({"requested_at": "8.30"}, "requested_at", "a time like 08:30"),
        ({"requested_at": "36:00"}, "requested_at", "a time like 08:30"),
        (
            {"requested_at": "2026-11-27T08:30:00+01:00"},
            "requested_at",
            "a time of the service day 2026-11-25",
        ),
        ({"requested_at": "2026-11-25T08:30:00"}, "requested_at", "a time like 08:30"),
        ({"requested_at": "2026-11-25T25:30:00Z"}, "requested_at", "a time that exists"),
        ({"service_on": "2027-03-28", "requested_at": "02:30"}, "requested_at", "a time that exists"),
        ({"anchor": "sometime"}, "anchor", "one of arrive_by, pickup_at"),
        ({"destination": "a"}, "destination", "another place than the origin"),
        ({"origin": ""}, "origin", "a reference, or a name with longitude and latitude"),
        ({"origin_name": "Home", "origin_lon": "6.1"}, "origin_lat", "a value: a described place"),
        ({"origin_lon": "186.1"}, "origin_lon", "a longitude (WGS 84) in degrees, from -180 to 180"),
        ({"origin_lat": "46.2N"}, "origin_lat", "a latitude (WGS 84) in degrees, from -90 to 90"),
        ({"seats": "0", "wheelchairs": "0"}, "seats", "at least one seat"),
        ({"companions": "-1"}, "companions", "a number from 0 to 99"),
        ({"pickup_dwell_s": "0"}, "pickup_dwell_s", "seconds from 1 to 7200"),
        ({"max_ride_s": "1e3"}, "max_ride_s", "seconds from 1 to 86400"),
        ({"ref": "x" * 201}, "ref", "a reference of at most 200 characters on one line"),
        ({"purpose": "a\x00b"}, "purpose", "a text of at most 500 characters on one line"),
        ({"needs": "oxygen || lift"}, "needs", "at most 20 names of at most 60 characters, | between two"),
        ({"needs": "x" * 61}, "needs", "at most 20 names of at most 60 characters"),
        ({"needs": "|".join(map(str, range(21)))}, "needs", "at most 20 names"),
        ({"priority": "10"}, "priority", "a number from 0 to 9"),
        ({"priority": "1", "unserved_s": "900"}, "unserved_s", "nothing, or priority 0"),
        ({"min_stay_s": "1 h"}, "min_stay_s", "seconds from 0 to 86400"),
        ({"expected_at": "soon"}, "expected_at", "a time like 08:30"),
    ],
)
def test_a_bad_cell_of_a_trip_is_named_with_what_was_expected(
    cells: dict[str, str], column: str, expected: str
) -> None:
    reading = a_trip(**cells)
    assert [(problem.row, problem.column) for problem in reading.problems] == [(2, column)]
    assert reading.problems[0].expected.startswith(expected)


@pytest.mark.parametrize(
    ("cells", "column", "expected"),
    [
        ({"to": "05:00"}, "to", "a time after from"),
        ({"to": "30:01"}, "to", "a time after from"),
        ({"start": ""}, "start", "a reference"),
        ({"breaks": "at noon"}, "breaks", "breaks like"),
        ({"open_end": "yes", "end": "depot"}, "open_end", "no, or no end"),
        ({"activation_s": "-1"}, "activation_s", "seconds of driving from 0 to 1000000"),
        ({"breaks": "12:00 to 13:00 for 0 min"}, "breaks", "breaks like"),
        ({"breaks": "12:00 to 99:00 for 30 min"}, "breaks", "a time like"),
        ({"breaks": "13:00 to 12:00 for 30 min"}, "breaks", "breaks that start and end within"),
        ({"breaks": "13:00 to 14:01 for 30 min"}, "breaks", "breaks that start and end within"),
    ],
)
def test_a_bad_cell_of_a_shift_is_named_with_what_was_expected(
    cells: dict[str, str], column: str, expected: str
) -> None:
    problems = a_shift(**cells).problems
    assert [problem.column for problem in problems] == [column]
    assert problems[0].expected.startswith(expected)


@pytest.mark.parametrize("layouts", ["4", "4 seats 1 wheelchair", "0 seats", "2 seats + 1 seat", "4 seats |"])
def test_a_layout_that_makes_no_sense_is_refused(layouts: str) -> None:
    problems = read(f"ref,name,layouts\nv1,Van,{layouts}\n", FileKind.VEHICLES).problems
    assert [problem.expected for problem in problems] == ["layouts like 4 seats | 2 seats + 1 wheelchair"]
