"""That it is really somebody's own account that they change: asked again, and not with half a proof."""

from estafette.domain.caller import Caller
from estafette.domain.error import Conflict, Forbidden
from estafette.flow.accounts.password import matches
from estafette.store.accounts.rules import is_second_factor_demanded
from estafette.store.accounts.users import Secrets, get_secrets
from estafette.store.database import Database


def own_secrets(database: Database, caller: Caller) -> Secrets:
    """
    Give what proves the caller's account.

    Raises `Forbidden` for a key, and for a session without the second factor that the account has: whoever
    knows the password alone must not set up another.
    """
    if caller.user_id is None or caller.credential is None or caller.credential.session_id is None:
        message = "only a person who is signed in can do this, not a key"
        raise Forbidden(message)
    secrets = get_secrets(database, caller.company_id, caller.user_id)
    if caller.must_enrol and secrets.has_factor:
        message = "sign in again with your second factor"
        raise Forbidden(message)
    return secrets


def prove_again(secrets: Secrets, password: str) -> None:
    """Ask for the password again, where the account has one: an open screen is not its owner."""
    if secrets.password is not None and not matches(password, secrets.password):
        message = "the password is not right"
        raise Forbidden(message)


def must_keep_a_factor(database: Database, caller: Caller, *, left: int) -> None:
    """Raise `Conflict` where none would be left and the company asks the caller for a second factor."""
    assert caller.user_id is not None
    if not left and is_second_factor_demanded(database, caller.company_id, caller.user_id):
        message = "your company asks for a second factor: set up another one first"
        raise Conflict(message)
