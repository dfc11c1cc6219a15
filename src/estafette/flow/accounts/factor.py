"""
The second factor: an authenticator app, and codes that stand in for it once it is lost.

The app's secret is sealed with a key that the database does not hold. Recovery codes have 120 bits, so a fast
hash is enough (OWASP ASVS 6.5.2 asks for a slow one below 112).
"""

import base64
import secrets as random

from estafette.domain.account import Purpose
from estafette.domain.caller import Caller
from estafette.domain.error import Conflict, Forbidden, Invalid, NotSignedIn, SecondFactorNeeded, Unavailable
from estafette.domain.record import Record
from estafette.domain.totp import SECRET_BYTES, as_text, enrolment, from_text, step_of
from estafette.flow.accounts.proving import must_keep_a_factor, own_secrets, prove_again
from estafette.flow.accounts.secret import sha256_of
from estafette.store.accounts.sessions import strengthening
from estafette.store.accounts.single_use import issuing_set, use_of
from estafette.store.accounts.users import (
    Secrets,
    get_user,
    reseal_secrets,
    secrets_under_other_keys,
    setting_secrets,
    use_step,
)
from estafette.store.database import Database, Statement
from estafette.store.sealing import SealingKeys
from estafette.store.sealing import as_text as sealed_text
from estafette.store.sealing import from_text as sealed_from

_CODES = 10
_CODE_BYTES = 15  # 24 letters and digits
_GROUP = 6


class SecondFactor(Record, frozen=True, kw_only=True):
    """What an authenticator app needs, as text to type and as an address to show as a QR code."""

    secret: str
    address: str


class RecoveryCodes(Record, frozen=True, kw_only=True):
    """Codes that stand in for the second factor, each once; shown this once, and those before are void."""

    codes: tuple[str, ...]


def offer_second_factor(
    database: Database, caller: Caller, keys: SealingKeys | None, *, password: str
) -> SecondFactor:
    """
    Draw the secret of an authenticator app; it counts once a code of it was given.

    Raises `Conflict`, `Forbidden`, and `Invalid` where there is no key to seal it with.
    """
    secrets = own_secrets(database, caller)
    prove_again(secrets, password)
    if secrets.totp_secret is not None:
        message = "there is a second factor already; take it off first"
        raise Conflict(message)
    if keys is None:
        message = "a second factor is kept sealed: set ESTAFETTE_SIGN_IN_KEYS (docs/operation.md says how)"
        raise Invalid(message)
    drawn = random.token_bytes(SECRET_BYTES)
    sealed = sealed_text(keys.seal(as_text(drawn), of=_of(secrets.company_id, secrets.user_id)))
    _change(database, caller, [_setting(secrets, {"totp_offered": sealed})])
    email = get_user(database, caller.company_id, secrets.user_id).email
    return SecondFactor(secret=as_text(drawn), address=enrolment(drawn, account=email))


def confirm_second_factor(
    database: Database, caller: Caller, keys: SealingKeys | None, *, code: str, now_s: float
) -> RecoveryCodes:
    """Take the offered app into use by a code of it; raises `Conflict`, `Forbidden`."""
    secrets = own_secrets(database, caller)
    if secrets.totp_offered is None:
        message = "no second factor was offered"
        raise Conflict(message)
    step = step_of(_opened(keys, secrets, secrets.totp_offered), code, now_s=now_s)
    if step is None or not use_step(database, caller.company_id, secrets.user_id, step, actor=caller.actor):
        message = "the code is not right"
        raise Forbidden(message)
    taken = _setting(secrets, {"totp_secret": secrets.totp_offered, "totp_offered": None})
    return with_recovery_codes(database, caller, [taken])


def drop_second_factor(database: Database, caller: Caller, *, password: str) -> None:
    """Take the app off; raises `Forbidden`, and `Conflict` where the company asks for a second factor."""
    secrets = own_secrets(database, caller)
    prove_again(secrets, password)
    must_keep_a_factor(database, caller, left=secrets.passkeys)
    _change(database, caller, [_setting(secrets, {"totp_secret": None, "totp_offered": None})])


def renew_recovery_codes(database: Database, caller: Caller, *, password: str) -> RecoveryCodes:
    """Draw recovery codes anew; raises `Forbidden`, and `Conflict` without a second factor."""
    secrets = own_secrets(database, caller)
    prove_again(secrets, password)
    if not secrets.has_factor:
        message = "there is no second factor to recover"
        raise Conflict(message)
    return with_recovery_codes(database, caller, [])


def with_recovery_codes(database: Database, caller: Caller, changes: list[Statement]) -> RecoveryCodes:
    """Make changes of who has just shown a second factor, and give codes for when it is lost."""
    assert caller.user_id is not None
    assert caller.credential is not None
    assert caller.credential.session_id is not None
    company_id, user_id = caller.company_id, caller.user_id
    codes = tuple(_new_code() for _ in range(_CODES))
    hashes = [_code_sha256(code) for code in codes]
    _change(
        database, caller,
        [
            *changes,
            strengthening(company_id, user_id, caller.credential.session_id),
            *issuing_set(company_id, user_id, Purpose.RECOVERY, hashes),
        ],
    )  # fmt: skip
    return RecoveryCodes(codes=codes)


def prove_second_factor(
    database: Database, keys: SealingKeys | None, secrets: Secrets, code: str | None, *, now_s: float
) -> None:
    """Let a code of the app, or a recovery code, count once; raises `NotSignedIn`, `SecondFactorNeeded`."""
    if not code:
        message = "the code of the second factor is needed"
        raise SecondFactorNeeded(message)
    actor = f"user:{secrets.user_id}"
    if len(_bare(code)) == len(_bare(_new_code())):
        given = _code_sha256(code)
        good = use_of(database, secrets.company_id, secrets.user_id, Purpose.RECOVERY, given, actor=actor)
    else:
        step = _step_of(keys, secrets, code, now_s=now_s)
        good = step is not None and use_step(database, secrets.company_id, secrets.user_id, step, actor=actor)
    if not good:
        message = "the address, the password or the code is not right"
        raise NotSignedIn(message)


def _step_of(keys: SealingKeys | None, secrets: Secrets, code: str, *, now_s: float) -> int | None:
    if secrets.totp_secret is None:
        return None
    return step_of(_opened(keys, secrets, secrets.totp_secret), code, now_s=now_s)


def change_sign_in_key(database: Database, keys: SealingKeys, company_id: int, *, actor: str) -> int:
    """Seal a company's secrets with the current key; gives how many had another. Raises `Unavailable`."""
    anew = []
    for user_id, sealed in secrets_under_other_keys(database, company_id, keys.current):
        of = _of(company_id, user_id)
        clear = keys.open(sealed_from(sealed), of=of) if ":" in sealed else sealed
        anew.append((user_id, sealed, sealed_text(keys.seal(clear, of=of))))
    reseal_secrets(database, company_id, anew, actor=actor)
    return len(anew)


def _opened(keys: SealingKeys | None, secrets: Secrets, sealed: str) -> bytes:
    if ":" not in sealed:
        return from_text(sealed)  # from before secrets were sealed; `estafette user change-key` seals it
    if keys is None:
        message = "the second factor is sealed with a key that is not set here: ESTAFETTE_SIGN_IN_KEYS"
        raise Unavailable(message)
    return from_text(keys.open(sealed_from(sealed), of=_of(secrets.company_id, secrets.user_id)))


def _of(company_id: int, user_id: int) -> str:
    return f"second factor of user {user_id} of company {company_id}"


def _new_code() -> str:
    text = base64.b32encode(random.token_bytes(_CODE_BYTES)).decode().lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _bare(code: str) -> str:
    # Base 32 has neither 0 nor 1: whoever types one has read an o or an l.
    return code.replace("-", "").replace(" ", "").lower().translate({ord("0"): "o", ord("1"): "l"})


def _code_sha256(code: str) -> str:
    return sha256_of(_bare(code))


def _setting(secrets: Secrets, changes: dict[str, str | None]) -> Statement:
    return setting_secrets(secrets.company_id, secrets.user_id, changes)


def _change(database: Database, caller: Caller, changes: list[Statement]) -> None:
    database.transact(caller.company_id, changes, actor=caller.actor)
