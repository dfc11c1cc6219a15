"""Taking in what others hand over: files of trips, drivers, vehicles and shifts, and the invented day."""

from functools import partial

from estafette.demo import DemoDay
from estafette.domain.request import ImportOptions, Stored
from estafette.store.database import Database
from estafette.store.intake import deliver, driver_delivery, shift_delivery, trip_delivery, vehicle_delivery


def store_demo_day(database: Database, company_id: int, day: DemoDay, *, actor: str) -> list[Stored]:
    """Store an invented day in one transaction; give the outcomes of drivers, vehicles, shifts and trips."""
    deliveries = [
        partial(driver_delivery, day.drivers),
        partial(vehicle_delivery, day.vehicles),
        partial(shift_delivery, day.shifts),
        partial(trip_delivery, day.trips),
    ]
    return deliver(database, company_id, deliveries, ImportOptions(actor=actor))
