"""The people of a company."""

from collections.abc import Mapping, Sequence
from typing import Any, LiteralString, NamedTuple

import msgspec
import psycopg

from estafette.domain.account import Account, NewAccount
from estafette.domain.error import Conflict, Invalid, NotFound
from estafette.domain.permission import Role
from estafette.store.database import Database, Statement

_COLUMNS: LiteralString = (
    "id, email, name, role, language, driver_id, institution_id, password IS NOT NULL, totp_secret IS NOT NULL,"
    " (SELECT count(*) FROM passkey p WHERE p.company_id = account.company_id AND p.account_id = account.id),"
    " locked_at, created_at"
)
_LIST: LiteralString = (
    "SELECT " + _COLUMNS + " FROM account WHERE company_id = %(company)s AND id > %(after)s"
    " ORDER BY id LIMIT %(limit)s"
)
_ONE: LiteralString = "SELECT " + _COLUMNS + " FROM account WHERE company_id = %(company)s AND id = %(user)s"
_BY_EMAIL: LiteralString = (
    "SELECT " + _COLUMNS + " FROM account WHERE company_id = %(company)s AND email = %(email)s"
)
_ADD: LiteralString = (
    "INSERT INTO account (company_id, email, name, role, language, driver_id, institution_id)"
    " VALUES (%(company)s, %(email)s, %(name)s, %(role)s, %(language)s, %(driver)s, %(institution)s)"
    " RETURNING " + _COLUMNS
)
_OF_DRIVER: LiteralString = (
    "SELECT "
    + _COLUMNS
    + " FROM account WHERE company_id = %(company)s AND driver_id = %(driver)s ORDER BY id"
)
_DRIVER_NAME: LiteralString = "SELECT name FROM driver WHERE company_id = %(company)s AND id = %(driver)s"
_LOCK: LiteralString = """
UPDATE account SET locked_at = CASE WHEN %(locked)s THEN coalesce(locked_at, now()) END
WHERE company_id = %(company)s AND id = %(user)s RETURNING id
"""
_SECRETS: LiteralString = """
SELECT company_id, id, password, totp_secret, totp_offered, totp_step,
    (SELECT count(*) FROM passkey p WHERE p.company_id = a.company_id AND p.account_id = a.id)
FROM account a WHERE company_id = %(company)s AND id = %(user)s
"""
# Passkeys are not seen before the company is known: whoever needs to know of them asks once more.
_SECRETS_OF_EMAIL: LiteralString = """
SELECT company_id, id, password, totp_secret, totp_offered, totp_step FROM account
WHERE email = %(email)s AND locked_at IS NULL ORDER BY company_id
"""
_SET: LiteralString = """
UPDATE account a SET (password, totp_secret, totp_offered, openid_sha256) = (
    SELECT password, totp_secret, totp_offered, openid_sha256 FROM jsonb_populate_record(a, %(changes)s::jsonb))
WHERE company_id = %(company)s AND id = %(user)s RETURNING id
"""
# The condition makes each code count once, also when two requests bring it at the same time.
_USE_STEP: LiteralString = """
UPDATE account SET totp_step = %(step)s
WHERE company_id = %(company)s AND id = %(user)s AND totp_step < %(step)s RETURNING id
"""


# Secrets under another key than the present one, or under none.
_UNDER_OTHER_KEYS: LiteralString = """
SELECT id, totp_secret FROM account
WHERE company_id = %(company)s AND totp_secret IS NOT NULL AND split_part(totp_secret, ':', 1) <> %(key)s
"""
# The condition leaves alone what was set up anew meanwhile; what was only offered is offered again.
_RESEAL: LiteralString = """
UPDATE account a SET totp_secret = new.sealed, totp_offered = NULL
FROM unnest(%(users)s::bigint[], %(before)s::text[], %(after)s::text[]) AS new (id, before, sealed)
WHERE a.company_id = %(company)s AND a.id = new.id AND a.totp_secret = new.before
"""


class Secrets(NamedTuple):
    """What an account is proven by: hash of the password, sealed secret of the app (confirmed, offered)."""

    company_id: int
    user_id: int
    password: str | None
    totp_secret: str | None
    totp_offered: str | None
    totp_step: int
    passkeys: int = 0

    @property
    def factors(self) -> int:
        """Count the second factors in use."""
        return self.passkeys + (self.totp_secret is not None)

    @property
    def has_factor(self) -> bool:
        """Tell whether there is a second factor in use."""
        return self.factors > 0


def list_users(
    database: Database, company_id: int, *, after: int = 0, limit: int | None = None
) -> list[Account]:
    """List the accounts of a company in the order of their ids."""
    scope = {"company": company_id, "after": after, "limit": limit}
    return [_account(row) for row in database.read(company_id, _LIST, scope)]


def get_user(database: Database, company_id: int, user_id: int) -> Account:
    """Read one account; raises `NotFound`."""
    rows = database.read(company_id, _ONE, {"company": company_id, "user": user_id})
    if not rows:
        raise _no_user(user_id)
    return _account(rows[0])


def find_user(database: Database, company_id: int, email: str) -> Account | None:
    """Read the account of an address, `None` where there is none."""
    rows = database.read(company_id, _BY_EMAIL, {"company": company_id, "email": email.strip().lower()})
    return _account(rows[0]) if rows else None


def find_user_of_driver(database: Database, company_id: int, driver_id: int) -> Account | None:
    """Read the account of a driver, `None` where there is none."""
    rows = database.read(company_id, _OF_DRIVER, {"company": company_id, "driver": driver_id})
    return _account(rows[0]) if rows else None


def get_driver_name(database: Database, company_id: int, driver_id: int) -> str:
    """Read what a driver is called; raises `NotFound`."""
    rows = database.read(company_id, _DRIVER_NAME, {"company": company_id, "driver": driver_id})
    if not rows:
        message = f"driver {driver_id} does not exist"
        raise NotFound(message)
    return str(rows[0][0])


def add_user(database: Database, company_id: int, new: NewAccount, *, actor: str) -> Account:
    """
    Add an account without a password.

    Raises `Conflict` when the address is taken, `Invalid` for what an account cannot be, `NotFound` when the
    driver or institution is not of this company.
    """
    scope = {
        "company": company_id, "email": new.email.strip().lower(), "name": new.name.strip(), "role": new.role.value,
        "language": new.language, "driver": new.driver_id, "institution": new.institution_id,
    }  # fmt: skip
    try:
        rows = database.transact(company_id, [Statement(_ADD, scope)], actor=actor)[0]
    except psycopg.errors.UniqueViolation as error:
        message = f"there is an account of {scope['email']} already"
        raise Conflict(message, pointer="/email") from error
    except psycopg.errors.ForeignKeyViolation as error:
        message = "there is no such driver or institution"
        raise NotFound(message) from error
    except psycopg.errors.CheckViolation as error:
        raise _why_not(new) from error
    return _account(rows[0])


def _why_not(new: NewAccount) -> Invalid:
    if (new.role is Role.DRIVER) != (new.driver_id is not None):
        field, what = "driver_id", "an account has a driver exactly when its role is driver"
    elif (new.role is Role.INSTITUTION) != (new.institution_id is not None):
        field, what = "institution_id", "an account has an institution exactly when its role is institution"
    elif not new.name.strip():
        field, what = "name", "an account needs a name"
    elif not 3 <= len(new.email) <= 254 or "@" not in new.email[1:-1]:
        field, what = "email", "an address has the form name@example.org"
    else:
        field, what = "language", "one of en, fr, de, it"
    return Invalid(f"{field}: {what}", pointer=f"/{field}")


def lock_user(database: Database, company_id: int, user_id: int, *, locked: bool, actor: str) -> None:
    """Lock an account, so that neither its sessions nor its keys are good any more, or unlock it; `NotFound`."""
    scope = {"company": company_id, "user": user_id, "locked": locked}
    if not database.transact(company_id, [Statement(_LOCK, scope)], actor=actor)[0]:
        raise _no_user(user_id)


def find_secrets(database: Database, email: str) -> list[Secrets]:
    """Give what proves the accounts of an address, of all companies that have one; locked ones are left out."""
    login = email.strip().lower()
    rows = database.find(_SECRETS_OF_EMAIL, {"email": login}, login=login) if login else []
    return [Secrets(*row) for row in rows]


def get_secrets(database: Database, company_id: int, user_id: int) -> Secrets:
    """Give what proves one account; raises `NotFound`."""
    rows = database.read(company_id, _SECRETS, {"company": company_id, "user": user_id})
    if not rows:
        raise _no_user(user_id)
    return Secrets(*rows[0])


def setting_secrets(company_id: int, user_id: int, changes: Mapping[str, str | None]) -> Statement:
    """Give the statement that sets `password`, `totp_secret`, `totp_offered`, `openid_sha256`: those named."""
    encoded = msgspec.json.encode(changes).decode()
    return Statement(_SET, {"company": company_id, "user": user_id, "changes": encoded})


def secrets_under_other_keys(database: Database, company_id: int, key_id: str) -> list[tuple[int, str]]:
    """Give users with their sealed secret, of those that were not sealed with this key."""
    rows = database.read(company_id, _UNDER_OTHER_KEYS, {"company": company_id, "key": key_id})
    return [(user_id, sealed) for user_id, sealed in rows]


def reseal_secrets(
    database: Database, company_id: int, anew: Sequence[tuple[int, str, str]], *, actor: str
) -> None:
    """Keep secrets as they are sealed now: user, before, after."""
    users, before, after = (list(column) for column in zip(*anew, strict=True)) if anew else ([], [], [])
    scope = {"company": company_id, "users": users, "before": before, "after": after}
    database.transact(company_id, [Statement(_RESEAL, scope)], actor=actor)


def use_step(database: Database, company_id: int, user_id: int, step: int, *, actor: str) -> bool:
    """Note that the code of a time step was used; `False` when it, or a later one, was before."""
    scope = {"company": company_id, "user": user_id, "step": step}
    return bool(database.transact(company_id, [Statement(_USE_STEP, scope)], actor=actor)[0])


def _no_user(user_id: int) -> NotFound:
    return NotFound(f"there is no user {user_id}")


def _account(row: tuple[Any, ...]) -> Account:
    user_id, email, name, role, *rest = row
    language, driver_id, institution_id, has_password, second_factor, passkeys, locked_at, created_at = rest
    return Account(
        user_id=user_id,
        email=email,
        name=name,
        role=Role(role),
        language=language,
        driver_id=driver_id,
        institution_id=institution_id,
        has_password=has_password,
        second_factor=second_factor,
        passkeys=passkeys,
        locked_at=locked_at,
        created_at=created_at,
    )
