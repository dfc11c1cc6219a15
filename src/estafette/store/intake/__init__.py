"""
Storing deliveries in bulk: one transaction and the same few statements whatever the number of requests.

Each delivery is one writing statement, which judges every request and stores those that pass, and one
publishing statement, which turns what the first one changed into an event.
"""

from estafette.store.intake.delivery import Deliveries, deliver
from estafette.store.intake.fleet import store_drivers, store_vehicles
from estafette.store.intake.shifts import store_shifts
from estafette.store.intake.trips import store_trips

__all__ = ["Deliveries", "deliver", "store_drivers", "store_shifts", "store_trips", "store_vehicles"]
