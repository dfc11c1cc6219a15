"""Travel times as the settings of this process have them."""

from estafette.flow.roads import CompanyTravel, travel_like, travel_of
from estafette.settings import read_settings
from estafette.store.database import Database
from estafette.travel.choose import Sources


def sources_here() -> Sources:
    """Say where road times may come from."""
    settings = read_settings()
    return Sources(home=settings.home, osrm_url=settings.osrm_url)


def travel_here(database: Database, company_id: int, *, like: str | None = None) -> CompanyTravel:
    """Give a company's travel times: the best there are, or those that a plan says it was made with."""
    if like is not None:
        return travel_like(database, company_id, sources_here(), like)
    return travel_of(database, company_id, sources_here())
