"""How a time limit is shared out between searching and explaining."""

from estafette.planning.budget import EXPLAIN_SHARE, EXPLAIN_TWICE, Budget, Watch


class Clock:
    """A clock that is set by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def a_watch(threads: int = 1) -> tuple[Watch, Clock]:
    clock = Clock()
    return Watch(Budget(time_limit_s=12.0, clock=clock), threads), clock


def test_time_is_kept_for_the_reasons_of_those_left_over_and_for_what_would_place_them() -> None:
    alone, _ = a_watch()
    alone.keep_for_explaining(trips=10, reasons_s=0.001)
    four, _ = a_watch(threads=4)
    four.keep_for_explaining(trips=10, reasons_s=0.001)
    assert alone.finish_s == 10 * 0.001 * EXPLAIN_TWICE == 4 * four.finish_s


def test_most_of_the_time_is_for_the_search_however_many_are_left_over() -> None:
    watch, _ = a_watch()
    watch.keep_for_explaining(trips=10_000, reasons_s=0.1)
    assert watch.left_s() == 12.0 * (1 - EXPLAIN_SHARE)


def test_an_explanation_is_not_begun_if_the_longest_so_far_would_end_too_late() -> None:
    watch, clock = a_watch()
    said = []
    for clock.now_s in (0.0, 4.0, 6.0, 7.5, 8.5):
        said.append(watch.may_explain())
    assert said == [True, True, True, True, False]
    assert watch.explained == 4
