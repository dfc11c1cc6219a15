"""Standard output kept for what the program says."""

import os
import sys


def own_stdout() -> int:
    """
    Keep standard output for ourselves, and give its descriptor; for the beginning of a program.

    What a library prints past Python goes to standard error from then on: HiGHS says now and then that it
    solves once more (github.com/ERGO-Code/HiGHS/issues/2783), where a program may read our JSON.
    """
    sys.stdout.flush()
    ours = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = open(  # noqa: SIM115 - for as long as the program runs
        ours,
        "w",
        encoding=sys.stdout.encoding,
        errors=sys.stdout.errors,
        buffering=1 if os.isatty(ours) else -1,
    )
    return ours
