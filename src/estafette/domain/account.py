"""Who works with the program: accounts of people, their sessions, keys of programs, single-use tokens."""

from datetime import datetime, timedelta
from enum import StrEnum

from estafette.domain.hand import Id
from estafette.domain.permission import Right, Role
from estafette.domain.record import Record
from estafette.domain.request import Language

# A session ends when it was not used for so long, and in any case after so long. A driver's phone is linked
# once and stays so for the length of a roster; the dispatcher can end it at any time.
IDLE = timedelta(hours=12)
SESSION_LASTS = timedelta(days=7)
PHONE_IDLE = timedelta(days=14)
PHONE_LASTS = timedelta(days=90)


class Purpose(StrEnum):
    """What a single-use token is good for."""

    INVITATION = "invitation"  # to set the first password
    RESET = "reset"  # to set another password
    SIGN_IN = "sign_in"  # a session without a password, for who has the command line
    DRIVER = "driver"  # a session on a driver's phone
    RECOVERY = "recovery"  # instead of the second factor, for who has lost it
    CHALLENGE = "challenge"  # for nothing: it was answered, and must not be again


class Way(StrEnum):
    """How somebody came in."""

    PASSWORD = "password"  # noqa: S105 - a way, not a secret
    LINK = "link"
    PHONE = "phone"
    PASSKEY = "passkey"
    OPENID = "openid"


LASTS = {
    Purpose.INVITATION: timedelta(days=7),
    Purpose.RESET: timedelta(hours=1),
    Purpose.SIGN_IN: timedelta(minutes=10),
    Purpose.DRIVER: timedelta(minutes=10),
    Purpose.RECOVERY: timedelta(days=3650),
    Purpose.CHALLENGE: timedelta(hours=1),
}


class Account(Record, frozen=True, kw_only=True):
    """A person of a company. A driver's has the driver, an institution's the institution."""

    user_id: int
    email: str
    name: str
    role: Role
    language: str
    driver_id: int | None = None
    institution_id: int | None = None
    has_password: bool
    second_factor: bool  # by an authenticator app
    passkeys: int = 0
    locked_at: datetime | None = None
    created_at: datetime


class SignInRules(Record, frozen=True, kw_only=True):
    """What a company asks of who signs in: for which roles a second factor."""

    second_factor_for: tuple[Role, ...]


class NewAccount(Record, frozen=True, kw_only=True):
    """A person to add; `driver` and `institution` are ids, where the role needs one."""

    email: str
    name: str
    role: Role
    language: Language = "en"
    driver_id: Id | None = None
    institution_id: Id | None = None


class LoginSession(Record, frozen=True, kw_only=True):
    """A signed-in browser or phone; `current` is the one that asks, `two_factors`: opened with both."""

    session_id: int
    agent: str
    way: Way
    two_factors: bool
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    current: bool


class Passkey(Record, frozen=True, kw_only=True):
    """A passkey as its owner sees it."""

    passkey_id: int
    name: str
    created_at: datetime
    used_at: datetime | None


class ApiKey(Record, frozen=True, kw_only=True):
    """A program's key as it is listed: never with its secret."""

    key_id: int
    name: str
    prefix: str
    scopes: tuple[Right, ...]
    user_id: int | None
    created_at: datetime
    created_by: str
    used_at: datetime | None
    expires_at: datetime | None
    revoked_at: datetime | None


class NewApiKey(Record, frozen=True, kw_only=True):
    """A key to make: what it may do, and until when (`None`: until it is revoked)."""

    name: str
    scopes: tuple[Right, ...]
    expires_at: datetime | None = None


class Credential(Record, frozen=True, kw_only=True):
    """What proved a caller: the SHA-256 of a session's token or of a key, and its number."""

    token_sha256: str
    session_id: int | None = None
    key_id: int | None = None


class Invitation(Record, frozen=True, kw_only=True):
    """
    An account, and the link that lets its person in, to be handed over by whoever asked for it.

    The link is a path of this server; it is shown this once, is good once, and until `expires_in_s`.
    """

    user: Account
    link: str
    expires_in_s: int


class MadeKey(Record, frozen=True, kw_only=True):
    """A new key with its secret, which is shown this once."""

    key: ApiKey
    secret: str
