"""What a plan costs."""

from estafette.domain.record import Record


class Weights(Record, frozen=True, kw_only=True):
    """
    The objective: serve first, then drive little, with few runs, without keeping riders aboard.

    Everything is priced in seconds of driving. `unserved_s` for each trip left over is so large that no
    saving pays for one. `run_s` for each run that leaves its start place. `change_s` for each trip that
    stands on a run now and gets another. `excess_ride_percent` of each second that a rider is aboard
    beyond the direct ride, `onboard_wait_percent` of each second that a rider waits aboard.
    """

    unserved_s: int = 1_000_000
    run_s: int = 3_600
    change_s: int = 1_800
    excess_ride_percent: int = 10
    onboard_wait_percent: int = 10
