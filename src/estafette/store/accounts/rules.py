"""What a company asks of who signs in."""

from typing import LiteralString

import psycopg

from estafette.domain.account import SignInRules
from estafette.domain.error import Invalid, no_company
from estafette.domain.permission import Role
from estafette.store.database import Database, Statement

_READ: LiteralString = "SELECT second_factor_for FROM company WHERE id = %(company)s"
_CHANGE: LiteralString = (
    "UPDATE company SET second_factor_for = %(roles)s::text[] WHERE id = %(company)s RETURNING id"
)
_DEMANDED: LiteralString = """
SELECT a.role = ANY (c.second_factor_for) FROM account a JOIN company c ON c.id = a.company_id
WHERE a.company_id = %(company)s AND a.id = %(user)s
"""


def get_sign_in_rules(database: Database, company_id: int) -> SignInRules:
    """Read the rules; raises `NotFound`."""
    rows = database.read(company_id, _READ, {"company": company_id})
    if not rows:
        raise no_company(company_id)
    return SignInRules(second_factor_for=tuple(map(Role, rows[0][0])))


def is_second_factor_demanded(database: Database, company_id: int, user_id: int) -> bool:
    """Tell whether the company asks this user for a second factor."""
    rows = database.read(company_id, _DEMANDED, {"company": company_id, "user": user_id})
    return bool(rows and rows[0][0])


def change_sign_in_rules(database: Database, company_id: int, rules: SignInRules, *, actor: str) -> None:
    """Change the rules, which count at once, for who is signed in too; raises `Invalid`, `NotFound`."""
    roles = sorted({role.value for role in rules.second_factor_for})
    try:
        changed = database.transact(
            company_id, [Statement(_CHANGE, {"company": company_id, "roles": roles})], actor=actor
        )[0]
    except psycopg.errors.CheckViolation as error:
        message = "second_factor_for: drivers come in by their phones, no second factor is asked of them"
        raise Invalid(message, pointer="/second_factor_for") from error
    if not changed:
        raise no_company(company_id)
