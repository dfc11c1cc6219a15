"""One trip against all runs: what each would cost, or what binds there."""

from collections.abc import Container, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from estafette.domain.offer import Offer, Options, RunOption
from estafette.domain.plan import Reason, RunRefusal, Stop
from estafette.planning.explain import refusals_of
from estafette.planning.kernel.arrays import KIND, NEVER, UNSERVED, State, new_state
from estafette.planning.kernel.doors import stand
from estafette.planning.leaving import leaving
from estafette.planning.offers import offer_on, offers, standing_run
from estafette.planning.rules import gets_other_driver
from estafette.planning.stand_again import Stood, apart, copied, stand_again
from estafette.planning.standing import Asked, Standing, asking, timed
from estafette.planning.stops import Lines


def options(standing: Standing, trip_id: int, only: Container[int] | None = None) -> Options:
    """
    Say of each run what it would cost to have a trip there, or why it cannot; as if it were on no run.

    With `only`, the ids of runs, nothing is said of the others, which is quicker.

    The standing stays as it is, also where the trip is on a run. Reasons are looked for in a thread while
    offers are priced: the kernel lets others work meanwhile.
    Raises `Invalid` if the problem has no such trip.
    """
    home = standing.run_of(standing.row_of(trip_id))
    runs = standing.room.runs
    with asking(standing if home < 0 else _freed(standing, trip_id), trip_id) as asked:
        with ThreadPoolExecutor(1) as pool:
            refusing = pool.submit(refusals_beside, asked, only)
            offered = {each.run_id: each for each in _offered(asked, only)}
        found = (*offered.values(), *_refused(asked, offered, refusing.result()))
    ranked = sorted(found, key=lambda each: (each.offer is None, _cost(each), each.run_id))
    return Options(
        trip_id=trip_id, run_id=None if home < 0 else runs[home].run_id,
        board_version=standing.plan.board_version, options=tuple(ranked), leaving=leaving(standing, trip_id),
    )  # fmt: skip


def _cost(option: RunOption) -> int:
    return option.offer.cost if option.offer else 0


def _freed(standing: Standing, trip_id: int) -> Standing:
    """
    Give the day without a trip on its run, all other stops where they were; the day itself stays as it is.

    Only the state is new, and only the runs that the trip has to do with are timed again.
    """
    row = standing.row_of(trip_id)
    home, lines = standing.run_of(row), standing.lines.without(row)
    state = _state_without(standing, home, lines)
    freed = standing._replace(lines=lines, state=state, planned=dict(standing.planned))
    with asking(freed, trip_id) as asked:
        alone = timed(asked, home, freed.nodes(home))
    if alone is not None:  # otherwise it is closed, and nothing is offered on it
        freed.planned[alone.run_id] = alone
    return freed


def _state_without(standing: Standing, home: int, lines: Lines) -> State:
    """Put the stops on a state of their own; `home` is the run that has other ones now."""
    day, node = standing.day, standing.loaded.node
    changed = tuple(None if row == home else run for row, run in enumerate(lines.planned))
    stood = Stood(day, standing.lines, copied(standing.state))
    state = stand_again(stood, day, node, lines._replace(planned=changed))
    if state is None:
        state = new_state(day, node, 1)
        stand(day, state, *lines.columns())
    return state


def _offered(asked: Asked, only: Container[int] | None) -> Iterator[RunOption]:
    for offer in offers(asked.standing, asked.trip.trip_id, len(asked.problem.runs), only):
        yield RunOption(run_id=offer.run_id, driver_id=offer.driver_id, offer=offer)


def refusals_beside(asked: Asked, only: Container[int] | None = None) -> dict[int, RunRefusal]:
    """Say of each run, by its id, why it cannot take the trip (`beaten`: it can), while others ask."""
    # Where the trip would be legal no rule refuses it, whatever the price.
    priceless = asked.day._replace(trip=asked.day.trip.copy())
    priceless.trip[asked.row, UNSERVED] = -NEVER
    refusals = refusals_of(asked.problem, priceless, apart(asked.standing.state), asked.row, only)
    return {each.run_id: each for each in refusals}


def _refused(asked: Asked, offered: Container[int], known: Mapping[int, RunRefusal]) -> Iterator[RunOption]:
    """Give the reasons of the other runs; where none binds it is empty like another, and offered alone."""
    empty = _Empty(asked)
    for row, run in enumerate(asked.problem.runs):
        refusal = known.get(run.run_id)
        if refusal is None or run.run_id in offered:
            continue
        if refusal.reason is Reason.BEATEN:
            offer = empty.offer(row)
            reason = None if offer else Reason.NOT_SEARCHED
            yield RunOption(run_id=run.run_id, driver_id=run.driver_id, offer=offer, reason=reason)
        else:
            yield RunOption(
                run_id=run.run_id, driver_id=run.driver_id, reason=refusal.reason, short_by=refusal.short_by
            )


class _Empty:
    """Offers on empty runs: those that cannot be told apart are timed and priced once."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._drivers = {run.run_id: run.driver_id for run in asked.problem.runs}
        self._first: dict[tuple[int, bool, tuple[Stop, ...]], Offer | None] = {}

    def offer(self, row: int) -> Offer | None:
        """Offer a run, by its row; `None` where it is not empty, or that is not legal."""
        if self._asked.standing.nodes(row):
            return None
        run = self._asked.problem.runs[row]
        # What the kernel takes for alike may differ in whether the trip would change its driver, and a plan
        # may have a drive without trips written down.
        changes = gets_other_driver(self._asked.trip, run.driver_id, self._drivers)
        written = standing_run(self._asked.standing, row).stops
        alike = (int(self._asked.day.run[row, KIND]), changes, written)
        if alike not in self._first:
            self._first[alike] = offer_on(self._asked, row, 0, 0)
        first = self._first[alike]
        return first and replace(first, run_id=run.run_id, driver_id=run.driver_id)
