"""Several moves made by hand, one after the other, and what they do to a plan together."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from estafette.domain.error import Invalid
from estafette.domain.offer import Exchange, Move, StopMove
from estafette.domain.plan import PlannedRun, Violation
from estafette.domain.weights import Terms
from estafette.planning.offers import marginal, standing_run
from estafette.planning.positions import positions_of
from estafette.planning.preview import broken, driven, run_row
from estafette.planning.ripple import ripple
from estafette.planning.standing import Asked, Standing


class HandMade(NamedTuple):
    """
    What moves do together.

    runs : those that change, as they are afterwards.
    left_over : the moved trips that have no run then.
    violations : rules that these runs did not break before.
    terms : what the day costs more, by name.
    ripple : stops of others whose time changes.
    """

    runs: tuple[PlannedRun, ...]
    left_over: tuple[int, ...]
    violations: tuple[Violation, ...]
    terms: Terms
    ripple: tuple[StopMove, ...]


def by_hand(standing: Standing, moves: Sequence[Move | Exchange]) -> HandMade:
    """
    Say what moves do to a plan, each made on what the ones before it left.

    Raises
    ------
    Invalid
        The problem has no such trip or run, a position is not on the run, or trips are exchanged that stand
        on the same run.
    """
    hand = _Hand(standing)
    for move in moves:
        if isinstance(move, Move):
            hand.move(move)
        else:
            hand.exchange(move)
    return hand.made()


class _Hand:
    """The stops of the runs that moves have touched so far; all other runs stand as in the plan."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._lines: dict[int, list[int]] = {}
        self._moved: dict[int, int] = {}  # row of a trip -> its run, -1 for none

    def move(self, move: Move) -> None:
        row = self._standing.row_of(move.trip_id)
        run = None if move.run_id is None else run_row(self._standing, move.run_id)
        self._take_off(row)
        if run is not None:
            self._put(row, run, move)

    def exchange(self, swap: Exchange) -> None:
        one, other = (self._standing.row_of(trip) for trip in (swap.trip_id, swap.other_trip_id))
        of_one, of_other = self._run_of(one), self._run_of(other)
        if of_one == of_other:
            message = f"trips {swap.trip_id} and {swap.other_trip_id} stand on the same run"
            raise Invalid(message)
        self._take_off(one)
        self._take_off(other)
        for row, run in ((one, of_other), (other, of_one)):
            if run >= 0:
                self._put(row, run, None)

    def made(self) -> HandMade:
        """Time the runs that changed, price them and check them."""
        lines = {run: nodes for run, nodes in self._lines.items() if nodes != self._standing.nodes(run)}
        asked, moved = self._asked(self._standing.spare), set(self._moved_ids())
        terms, moves = self._unserved(), list[StopMove]()
        runs = {run: driven(self._joining(run, nodes), run, nodes) for run, nodes in lines.items()}
        for run, after in runs.items():
            before = standing_run(self._standing, run)
            terms = terms.plus(marginal(asked, run, before, after))
            moves += ripple(before, after, but=moved)
        return HandMade(
            runs=tuple(runs.values()), left_over=tuple(self._left_over()),
            violations=self._new_violations(runs), terms=terms, ripple=tuple(moves),
        )  # fmt: skip

    def _new_violations(self, runs: dict[int, PlannedRun]) -> tuple[Violation, ...]:
        """List what breaks, and did not break before, or by less: what stood broken blocks nothing."""
        found = tuple(broken(self._standing, runs))
        if not found:
            return ()
        stood = broken(self._standing, {run: standing_run(self._standing, run) for run in runs})
        before = {(each.rule, each.run_id, each.trip_id): each.by for each in stood}
        return tuple(
            each for each in found if each.by > before.get((each.rule, each.run_id, each.trip_id), -1)
        )

    def _asked(self, row: int) -> Asked:
        return Asked(self._standing, self._standing.room, self._standing.day, row)

    def _joining(self, run: int, nodes: list[int]) -> Asked:
        """Ask about a trip that is new on a run, a linked one where there is one."""
        trips = self._standing.room.trips
        new = [row for row in self._moved if 2 * row in nodes and self._standing.run_of(row) != run]
        linked = [row for row in new if trips[row].link is not None]
        return self._asked((*linked, *new, self._standing.spare)[0])

    def _line(self, run: int) -> list[int]:
        return self._lines[run] if run in self._lines else self._standing.nodes(run)

    def _run_of(self, row: int) -> int:
        return self._moved.get(row, self._standing.run_of(row))

    def _take_off(self, row: int) -> None:
        home = self._run_of(row)
        if home >= 0:
            self._lines[home] = [node for node in self._line(home) if node >> 1 != row]
        self._moved[row] = -1

    def _put(self, row: int, run: int, move: Move | None) -> None:
        line, node = self._line(run), 2 * row
        pickup, dropoff = self._positions(row, run, line, move)
        self._lines[run] = [*line[:pickup], node, *line[pickup:dropoff], node + 1, *line[dropoff:]]
        self._moved[row] = run

    def _positions(self, row: int, run: int, line: list[int], move: Move | None) -> tuple[int, int]:
        if move is None or move.pickup_position is None:
            return positions_of(self._asked(row), run, line)
        pickup = move.pickup_position
        dropoff = pickup if move.dropoff_position is None else move.dropoff_position
        if not 0 <= pickup <= dropoff <= len(line):
            message = f"run {move.run_id} has {len(line)} other stops: no positions {pickup} and {dropoff}"
            raise Invalid(message)
        return pickup, dropoff

    def _moved_ids(self) -> Iterator[int]:
        return (self._standing.room.trips[row].trip_id for row in self._moved)

    def _left_over(self) -> Iterator[int]:
        return (self._standing.room.trips[row].trip_id for row, run in self._moved.items() if run < 0)

    def _unserved(self) -> Terms:
        """Give what is saved or lost because moved trips are served or not any more."""
        prices, change = self._standing.loaded.tables.price, 0
        for row, run in self._moved.items():
            was, served = self._standing.run_of(row) >= 0, run >= 0
            change += (was - served) * int(prices[row])
        return Terms(unserved=change)
