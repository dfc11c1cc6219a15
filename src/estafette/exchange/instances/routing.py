"""What instances of routing have in common that come without a calendar, riders and prices."""

from datetime import UTC, datetime

from estafette.domain.weights import Weights

# They have no date; their seconds count from here.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Lengths stay below this, so that the sum of two still fits 32 bits; moments below that, for 64.
LARGEST, LATEST = 1 << 30, 1 << 48
# What all trips left over cost, in hundredths, stays below this.
DEAREST = 1 << 60
# What one more trip on a run may cost, in hundredths, stays below this, where the search sees no way at all.
DEAREST_TRIP = 1 << 58
MOST_SPACES = 4_000


def routing_weights(*, run_s: int, unserved_s: int) -> Weights:
    """Price driving, `run_s` for a vehicle, `unserved_s` for a trip left over, nothing that riders feel."""
    return Weights(
        unserved_s=unserved_s, run_s=run_s, drive_percent=100, excess_ride_percent=0, onboard_wait_percent=0,
        target_percent=0, overtime_percent=0, not_preferred_s=0,
    )  # fmt: skip
