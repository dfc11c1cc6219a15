"""What a driver takes along: the stops of one run, complete and in order."""

from datetime import datetime

from estafette.domain.fleet import Spaces
from estafette.domain.plan import StopKind
from estafette.domain.record import Record


class ManifestStop(Record, frozen=True, kw_only=True):
    """
    One stop. Pull-outs, pull-ins and breaks have no rider; a break has no place of its own.

    `needs` are the skills and the equipment that the rider needs. `estimated`: the way there was planned with
    an estimate and not with a road time.
    """

    kind: StopKind
    at: datetime
    until: datetime
    place: str = ""
    address: str = ""
    trip_ref: str = ""
    rider: str = ""
    takes: Spaces = Spaces()
    companions: int = 0
    needs: tuple[str, ...] = ()
    rides_alone: bool = False
    estimated: bool = False


class Manifest(Record, frozen=True, kw_only=True):
    """One run as published to its driver; `number` counts its versions."""

    run_id: int
    number: int
    driver: str
    vehicle: str
    shift_from: datetime
    shift_to: datetime
    stops: tuple[ManifestStop, ...] = ()
