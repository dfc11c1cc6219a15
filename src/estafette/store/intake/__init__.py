"""
Storing deliveries in bulk: one transaction and the same few statements whatever the number of requests.

Each delivery is one writing statement, which judges every request and stores those that pass, and one
publishing statement, which turns what the first one changed into an event.
"""

from estafette.store.intake.delivery import Delivery, deliver
from estafette.store.intake.fleet import driver_delivery, store_drivers, store_vehicles, vehicle_delivery
from estafette.store.intake.riders import rider_delivery, store_riders
from estafette.store.intake.shifts import shift_delivery, store_shifts
from estafette.store.intake.trips import store_trips, trip_delivery

__all__ = [
    "Delivery",
    "deliver",
    "driver_delivery",
    "rider_delivery",
    "shift_delivery",
    "store_drivers",
    "store_riders",
    "store_shifts",
    "store_trips",
    "store_vehicles",
    "trip_delivery",
    "vehicle_delivery",
]
