"""What a company asks of every plan."""

from estafette.domain.fleet import Seconds
from estafette.domain.record import Record


class CompanyRules(Record, frozen=True, kw_only=True):
    """
    The rules of a company.

    Nobody rides longer than `ride_factor_percent` of the direct ride and `ride_allowance_s`, unless the trip
    says so, nor waits aboard before a stop for more than `max_onboard_wait_s` (`None`: no limit). With a
    `freeze_s`, trips in force are left alone from so long before their pick-up on, and changing the others
    costs more the nearer they are (`None`: plans do not know what time it is).
    """

    max_onboard_wait_s: Seconds | None
    ride_factor_percent: int
    ride_allowance_s: Seconds
    freeze_s: Seconds | None


class CompanyView(Record, frozen=True, kw_only=True):
    """Whose API it is, and what it asks of every plan."""

    company_id: int
    name: str
    zone: str
    language: str
    rules: CompanyRules
