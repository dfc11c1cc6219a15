"""Drivers' phones: the channel that tells them, put together from our key and their addresses."""

from functools import partial

from estafette.domain.push import Subscribe
from estafette.notify.channel import Channel
from estafette.notify.hints import HintChannel, Phones
from estafette.notify.push import Signer
from estafette.notify.webhook import target_of
from estafette.settings import Settings
from estafette.store.database import Database
from estafette.store.push import drop_subscription, look_at_phones

_ACTOR = "notices"


def signer_of(settings: Settings) -> Signer | None:
    """Give who we are to push services; `None` without a key. Raises `Invalid` for one that is none."""
    return Signer(settings.push_key, settings.push_contact) if settings.push_key else None


def public_push_key(settings: Settings) -> str | None:
    """Give the key that phones subscribe with; `None`: they cannot be told."""
    signer = signer_of(settings)
    return signer.public_key if signer else None


def check_endpoint(wanted: Subscribe) -> None:
    """Raise `Invalid` for an address that is no push service's; it is asked again when something is sent."""
    target_of(wanted.endpoint, internal=False)


def to_phones(
    database: Database, company_id: int, settings: Settings, otherwise: Channel, *, internal: bool = False
) -> Channel:
    """Give the channel that tells phones; without a key it is `otherwise`, which has who has no phone."""
    signer = signer_of(settings)
    if signer is None:
        return otherwise
    phones = Phones(
        look=partial(look_at_phones, database, company_id),
        forget=partial(drop_subscription, database, company_id, actor=_ACTOR),
    )
    return HintChannel(signer, otherwise, phones, internal=internal)
