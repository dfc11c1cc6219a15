"""
Where Python enters the kernel: two functions that do the work asked for by its number.

Each is made machine code together with all that it reaches, so what many works need is compiled once.
Python calls them by the functions of `kernel/doors.py`.
"""

from estafette.planning.kernel.arrays import ZERO, Day, Ints, State
from estafette.planning.kernel.begin import begin_day
from estafette.planning.kernel.compiled import door
from estafette.planning.kernel.eject import begin_ejecting, eject, end_ejecting
from estafette.planning.kernel.offer import rank_runs, stand, time_sequence
from estafette.planning.kernel.parts import lean, open_all, put_together, take_part
from estafette.planning.kernel.recreate import adopt, arrange, insert_absent, keep_best
from estafette.planning.kernel.refusal import refuse
from estafette.planning.kernel.relax import relax
from estafette.planning.kernel.search import search, timetable

(
    SEARCH, EJECT, INSERT_ABSENT, ARRANGE, KEEP_BEST, ADOPT, BEGIN_DAY, STAND, BEGIN_EJECTING, END_EJECTING,
    LEAN, TAKE_PART, PUT_TOGETHER, OPEN_ALL, TIMETABLE,
) = range(15)  # fmt: skip
REFUSE, RELAX, RANK_RUNS, TIME_SEQUENCE = range(4)
NOTHING = -1  # of either: only to have it compiled


@door
def make(  # noqa: PLR0917 - one branch for each work
    work: int,
    day: Day,
    state: State,
    other: State,
    a: int,
    b: int,
    one: Ints,
    two: Ints,
    three: Ints,
    four: Ints,
) -> int:
    """Do a work that makes or changes a plan: all that a search needs."""
    answer = ZERO
    if work == SEARCH:
        search(day, state, a, b)
    elif work == EJECT:
        answer = eject(day, state, a)
    elif work == INSERT_ABSENT:
        answer = insert_absent(day, state, a, b)
    elif work == ARRANGE:
        arrange(day, state, a, b)
    elif work == KEEP_BEST:
        keep_best(state)
    elif work == ADOPT:
        adopt(day, state, other)
    elif work == BEGIN_DAY:
        begin_day(day, state, one, two)
    elif work == STAND:
        stand(day, state, one, two, three)
    elif work == BEGIN_EJECTING:
        begin_ejecting(state)
    elif work == END_EJECTING:
        end_ejecting(state)
    elif work == LEAN:
        lean(day, state, one)
    elif work == TAKE_PART:
        take_part(day, state, other, one, a, b)
    elif work == PUT_TOGETHER:
        put_together(day, state, other, one, a)
    elif work == OPEN_ALL:
        open_all(day, state)
    elif work == TIMETABLE:
        timetable(day, state, one, two, three, four)
    return answer


@door
def tell(  # noqa: PLR0917 - a question, and where to write the answer
    question: int,
    day: Day,
    state: State,
    a: int,
    b: int,
    c: int,
    table: Ints,
    one: Ints,
    two: Ints,
    three: Ints,
    four: Ints,
) -> int:
    """Answer a question about a plan, which stays as it is."""
    answer = ZERO
    if question == REFUSE:
        refuse(day, state, a, one, two)
    elif question == RELAX:
        relax(day, state, a, b, table)
    elif question == RANK_RUNS:
        answer = rank_runs(day, state, a, b, table)
    elif question == TIME_SEQUENCE:
        answer = time_sequence(day, state, a, one, b, c, two, three, four)
    return answer
