"""What people do with their own account: the password. The second factor is in `factor.py`."""

from estafette.domain.account import Purpose
from estafette.domain.caller import Caller
from estafette.domain.error import NotSignedIn
from estafette.flow.accounts.password import checked, hashed
from estafette.flow.accounts.proving import own_secrets, prove_again
from estafette.flow.accounts.secret import sha256_of
from estafette.flow.accounts.sign_in import WORTHLESS
from estafette.store.accounts.sessions import ending_others
from estafette.store.accounts.single_use import look_at, use
from estafette.store.accounts.users import get_user, setting_secrets
from estafette.store.database import Database


def set_password(database: Database, token: str, password: str) -> str:
    """
    Set a password by the token of an invitation or a reset, end all sessions, and give the account's address.

    Raises `Invalid` for a password that is not good enough (the token stays good), `NotSignedIn`.
    """
    checked(password)
    hashed_token = sha256_of(token)
    named = look_at(database, hashed_token)
    if named is None or named.purpose not in (Purpose.INVITATION, Purpose.RESET):
        raise NotSignedIn(WORTHLESS)
    account = get_user(database, named.company_id, named.user_id)
    kept = hashed(checked(password, about=(account.email, account.name)))
    # Used up first: a token that is lost can be asked for again, one that works twice is a hole.
    if not use(database, named, hashed_token):
        raise NotSignedIn(WORTHLESS)
    company_id, user_id = named.company_id, named.user_id
    changes = [
        setting_secrets(company_id, user_id, {"password": kept}), ending_others(company_id, user_id, but=None)
    ]  # fmt: skip
    database.transact(company_id, changes, actor=f"user:{user_id}")
    return account.email


def change_password(database: Database, caller: Caller, *, current: str, new: str) -> None:
    """Change one's password and end one's other sessions; raises `Invalid`, `Forbidden`."""
    secrets = own_secrets(database, caller)
    prove_again(secrets, current)
    account = get_user(database, caller.company_id, secrets.user_id)
    kept = hashed(checked(new, about=(account.email, account.name), pointer="/new"))
    session = caller.credential.session_id if caller.credential else None
    changes = [
        setting_secrets(caller.company_id, secrets.user_id, {"password": kept}),
        ending_others(caller.company_id, secrets.user_id, but=session),
    ]
    database.transact(caller.company_id, changes, actor=caller.actor)
