"""What a company asks of who signs in, and whether people can do what is asked."""

from estafette.domain.account import SignInRules
from estafette.domain.error import Invalid
from estafette.store.accounts.rules import change_sign_in_rules
from estafette.store.database import Database


def demand_second_factor(
    database: Database, company_id: int, rules: SignInRules, *, possible: bool, actor: str
) -> None:
    """
    Ask for a second factor from who has one of these roles, at once; raises as `change_sign_in_rules`.

    Raises `Invalid` too unless it is `possible` to set one up here: everybody would be locked out.
    """
    if rules.second_factor_for and not possible:
        message = "nobody could set one up: set ESTAFETTE_SIGN_IN_KEYS or ESTAFETTE_PUBLIC_ADDRESS"
        raise Invalid(message)
    change_sign_in_rules(database, company_id, rules, actor=actor)
