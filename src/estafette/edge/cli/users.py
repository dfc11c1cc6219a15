"""`estafette user`: the people of a company, and the links that let them in."""

from collections.abc import Sequence

import click

from estafette.domain.account import LASTS, Account, NewAccount, Purpose, SignInRules
from estafette.domain.counted import counted
from estafette.domain.error import Invalid, NotFound
from estafette.domain.permission import Role
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    LANGUAGES,
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.edge.web.people import link_of
from estafette.flow.accounts.factor import change_sign_in_key
from estafette.flow.accounts.people import OPERATOR, Invited, invite, let_in, let_reset, operators_link
from estafette.flow.accounts.rules import demand_second_factor
from estafette.settings import read_settings
from estafette.store.accounts.rules import get_sign_in_rules
from estafette.store.accounts.users import find_user, list_users, lock_user
from estafette.store.database import Database
from estafette.store.named import driver_of, institution_of
from estafette.store.sealing import sign_in_keys

_ROLES = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """
    The people who work with a company: add, let them in, lock.

    \b
    Example:
      estafette user add anna@example.org --name "Anna Rochat" --role dispatcher
      estafette user list
    """


@user.command()
@click.argument("email")
@click.option("--name", required=True, help="What the person is called.")
@click.option("--role", type=_ROLES, required=True, help="What the person is in the company.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True)
@click.option("--driver", help="Reference of the driver, for the role driver.")
@click.option("--institution", help="Reference of the institution, for the role institution.")
@company_option
@json_option
def add(
    email: str,
    name: str,
    role: str,
    language: str,
    driver: str | None,
    institution: str | None,
    company_id: int,
    as_json: bool,
) -> None:
    """
    Add a person, and print the link by which they set a password: good once, for 7 days.

    \b
    Example: estafette user add anna@example.org --name "Anna Rochat" --role dispatcher
    """
    with open_database() as database, errors_in_one_line():
        new = NewAccount(
            email=email,
            name=name,
            role=Role(role),
            language=language,
            driver_id=driver_of(database, company_id, driver) if driver else None,
            institution_id=institution_of(database, company_id, institution) if institution else None,
        )
        invited = invite(database, company_id, new, actor=actor_name())
    _tell(invited, Purpose.INVITATION, as_json=as_json)


@user.command()
@click.argument("email")
@click.option("--second-factor", is_flag=True, help="Also take the second factor off, for who has lost it.")
@company_option
@json_option
def reset(email: str, second_factor: bool, company_id: int, as_json: bool) -> None:
    """
    Print the link by which a person sets another password: good once, for an hour.

    \b
    Example: estafette user reset anna@example.org
    """
    with open_database() as database, errors_in_one_line():
        found = _found(database, company_id, email)
        invited = let_reset(
            database, company_id, found.user_id, drop_second_factor=second_factor, actor=actor_name()
        )
    _tell(invited, Purpose.RESET, as_json=as_json)


@user.command()
@click.argument("email", required=False)
@company_option
@json_option
def link(email: str | None, company_id: int, as_json: bool) -> None:
    """
    Print a link that signs a person in, or you as the operator: good once, for 10 minutes.

    \b
    Example: estafette user link
    """
    with open_database() as database, errors_in_one_line():
        if email is None:
            token = operators_link(database, company_id, actor=actor_name())
            invited = Invited(_found(database, company_id, OPERATOR), token)
        else:
            found = _found(database, company_id, email)
            invited = let_in(database, company_id, found.user_id, actor=actor_name())
    _tell(invited, Purpose.SIGN_IN, as_json=as_json)


@user.command()
@click.argument("email")
@click.option("--undo", is_flag=True, help="Unlock.")
@company_option
@json_option
def lock(email: str, undo: bool, company_id: int, as_json: bool) -> None:
    """
    Lock a person out: their sessions and keys are no longer good, from now on.

    \b
    Example: estafette user lock anna@example.org
    """
    with open_database() as database, errors_in_one_line():
        found = _found(database, company_id, email)
        lock_user(database, company_id, found.user_id, locked=not undo, actor=actor_name())
    if as_json:
        print_json({"user_id": found.user_id, "locked": not undo})
    else:
        click.echo(f"{found.email} is {'no longer' if undo else 'now'} locked")


@user.command(name="second-factor")
@click.option("--for", "roles", type=_ROLES, multiple=True, help="Ask for one from who has this role.")
@click.option("--for-nobody", is_flag=True, help="Ask nobody for one.")
@company_option
@json_option
def second_factor(roles: tuple[str, ...], for_nobody: bool, company_id: int, as_json: bool) -> None:
    """
    Show or say from whom a second factor is asked. It counts at once: who has none sets one up at the door.

    \b
    Example: estafette user second-factor --for admin --for dispatcher
    """
    with open_database() as database, errors_in_one_line():
        if roles or for_nobody:
            rules = SignInRules(second_factor_for=tuple(map(Role, () if for_nobody else roles)))
            settings = read_settings()
            possible = bool(settings.sign_in_keys or settings.public_address)
            demand_second_factor(database, company_id, rules, possible=possible, actor=actor_name())
        rules = get_sign_in_rules(database, company_id)
    if as_json:
        print_json(rules)
        return
    click.echo(f"a second factor is asked from: {', '.join(rules.second_factor_for) or 'nobody'}")


@user.command(name="change-key")
@company_option
@json_option
def changing_key(company_id: int, as_json: bool) -> None:
    """
    Seal all second factors with the first key of ESTAFETTE_SIGN_IN_KEYS; after that the others can go.

    \b
    Example: estafette user change-key
    """
    with open_database() as database, errors_in_one_line():
        keys = sign_in_keys(read_settings().sign_in_keys)
        if keys is None:
            message = "set ESTAFETTE_SIGN_IN_KEYS first (docs/operation.md says how)"
            raise Invalid(message)
        changed = change_sign_in_key(database, keys, company_id, actor=actor_name())
    if as_json:
        print_json({"changed": changed})
    else:
        click.echo(f"{changed} second factors are under key {keys.current} now")


@user.command("list")
@company_option
@json_option
def list_(company_id: int, as_json: bool) -> None:
    """
    List the people of the company.

    \b
    Example: estafette user list --json
    """
    with open_database() as database, errors_in_one_line():
        found = sorted(list_users(database, company_id), key=lambda user: user.email)
    if as_json:
        print_json({"users": found})
    else:
        click.echo("\n".join(_table(found)) if found else "no users yet: estafette user add")


def _found(database: Database, company_id: int, email: str) -> Account:
    found = find_user(database, company_id, email)
    if found is None:
        message = f"there is no user {email} in company {company_id}"
        raise NotFound(message)
    return found


def _tell(invited: Invited, purpose: Purpose, *, as_json: bool) -> None:
    path = link_of(purpose, invited.token)
    seconds = round(LASTS[purpose].total_seconds())
    if as_json:
        print_json({"user": invited.account, "link": path, "expires_in_s": seconds})
        return
    click.echo(f"{invited.account.name} <{invited.account.email}>, {invited.account.role}")
    address = read_settings().public_address
    where = f": {address.rstrip('/')}{path}" if address else f"; after the address of the board: {path}"
    click.echo(f"good once, for {_spoken(seconds)}{where}")


def _spoken(seconds: int) -> str:
    for unit, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= unit:
            return counted(seconds // unit, name)
    return counted(seconds, "second")


def _table(found: Sequence[Account]) -> list[str]:
    return [f"{'id':>6}  {'email':<34} {'role':<12} {'state':<12} name", *(_line(each) for each in found)]


def _line(each: Account) -> str:
    state = "locked" if each.locked_at else "2 factors" if each.second_factor or each.passkeys else ""
    state = state or ("password" if each.has_password else "link only")
    return f"{each.user_id:>6}  {each.email:<34} {each.role:<12} {state:<12} {each.name}"
