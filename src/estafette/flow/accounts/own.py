"""What people do with their own account: password and second factor."""

import secrets as random

from estafette.domain.account import Purpose
from estafette.domain.caller import Caller
from estafette.domain.error import Conflict, Forbidden, NotSignedIn
from estafette.domain.record import Record
from estafette.domain.totp import SECRET_BYTES, as_text, enrolment, from_text, step_of
from estafette.flow.accounts.password import checked, hashed, matches
from estafette.flow.accounts.secret import sha256_of
from estafette.flow.accounts.sign_in import WORTHLESS
from estafette.store.accounts.sessions import ending_others
from estafette.store.accounts.single_use import look_at, use
from estafette.store.accounts.users import Secrets, get_secrets, get_user, setting_secrets, use_step
from estafette.store.database import Database


class SecondFactor(Record, frozen=True, kw_only=True):
    """What an authenticator app needs, as text to type and as an address to show as a QR code."""

    secret: str
    address: str


def set_password(database: Database, token: str, password: str) -> str:
    """
    Set a password by the token of an invitation or a reset, end all sessions, and give the account's address.

    Raises `Invalid` for a password that is not good enough (the token stays good), `NotSignedIn`.
    """
    good = checked(password)
    hashed_token = sha256_of(token)
    named = look_at(database, hashed_token)
    if named is None or named.purpose not in (Purpose.INVITATION, Purpose.RESET):
        raise NotSignedIn(WORTHLESS)
    kept = hashed(good)
    # Used up first: a token that is lost can be asked for again, one that works twice is a hole.
    if not use(database, named, hashed_token):
        raise NotSignedIn(WORTHLESS)
    company_id, user_id = named.company_id, named.user_id
    changes = [
        setting_secrets(company_id, user_id, {"password": kept}), ending_others(company_id, user_id, but=None)
    ]  # fmt: skip
    database.transact(company_id, changes, actor=f"user:{user_id}")
    return get_user(database, company_id, user_id).email


def change_password(database: Database, caller: Caller, *, current: str, new: str) -> None:
    """Change one's password and end one's other sessions; raises `Invalid`, `Forbidden`."""
    secrets = _own(database, caller)
    _prove_again(secrets, current)
    kept = hashed(checked(new))
    session = caller.credential.session_id if caller.credential else None
    changes = [
        setting_secrets(caller.company_id, secrets.user_id, {"password": kept}),
        ending_others(caller.company_id, secrets.user_id, but=session),
    ]
    database.transact(caller.company_id, changes, actor=caller.actor)


def offer_second_factor(database: Database, caller: Caller, *, password: str) -> SecondFactor:
    """Draw the secret of a second factor; it counts once a code of it was given. `Conflict`, `Forbidden`."""
    secrets = _own(database, caller)
    _prove_again(secrets, password)
    if secrets.totp_secret is not None:
        message = "there is a second factor already; take it off first"
        raise Conflict(message)
    drawn = random.token_bytes(SECRET_BYTES)
    _set(database, caller, secrets, {"totp_offered": as_text(drawn)})
    email = get_user(database, caller.company_id, secrets.user_id).email
    return SecondFactor(secret=as_text(drawn), address=enrolment(drawn, account=email))


def confirm_second_factor(database: Database, caller: Caller, *, code: str, now_s: float) -> None:
    """Take the offered second factor into use by a code of it; raises `Conflict`, `Forbidden`."""
    secrets = _own(database, caller)
    if secrets.totp_offered is None:
        message = "no second factor was offered"
        raise Conflict(message)
    step = step_of(from_text(secrets.totp_offered), code, now_s=now_s)
    if step is None or not use_step(database, caller.company_id, secrets.user_id, step, actor=caller.actor):
        message = "the code is not right"
        raise Forbidden(message)
    _set(database, caller, secrets, {"totp_secret": secrets.totp_offered, "totp_offered": None})


def drop_second_factor(database: Database, caller: Caller, *, password: str) -> None:
    """Take the second factor off; raises `Forbidden`."""
    secrets = _own(database, caller)
    _prove_again(secrets, password)
    _set(database, caller, secrets, {"totp_secret": None, "totp_offered": None})


def _own(database: Database, caller: Caller) -> Secrets:
    if caller.user_id is None or caller.credential is None or caller.credential.session_id is None:
        message = "only a person who is signed in can do this, not a key"
        raise Forbidden(message)
    return get_secrets(database, caller.company_id, caller.user_id)


def _prove_again(secrets: Secrets, password: str) -> None:
    """Ask for the password again, where the account has one: an open screen is not its owner."""
    if secrets.password is not None and not matches(password, secrets.password):
        message = "the password is not right"
        raise Forbidden(message)


def _set(database: Database, caller: Caller, secrets: Secrets, changes: dict[str, str | None]) -> None:
    change = setting_secrets(caller.company_id, secrets.user_id, changes)
    database.transact(caller.company_id, [change], actor=caller.actor)
