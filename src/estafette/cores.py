"""How many cores this process may use."""

import os


def usable_cores() -> int:
    """Count the cores this process may run on, which in a container can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
