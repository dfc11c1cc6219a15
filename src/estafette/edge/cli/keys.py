"""`estafette key`: API keys of programs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import click

from estafette.domain.account import ApiKey, NewApiKey
from estafette.domain.error import NotFound
from estafette.domain.permission import RIGHTS, Right, Role
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.flow.accounts.people import as_operator, make_key
from estafette.store.accounts.keys import list_keys, revoke_key
from estafette.store.accounts.users import find_user


@click.group()
def key() -> None:
    """
    The keys with which programs use the API: make, list, revoke.

    \b
    Example:
      estafette key add "hospital interface" --scope booking:read --scope booking:write
      estafette key list
    """


@key.command()
@click.argument("name")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice([right.value for right in Right]),
    help="A right of the key; may be repeated.",
)  # fmt: skip
@click.option(
    "--role", type=click.Choice([role.value for role in Role]), help="All rights of a role instead."
)
@click.option("--days", type=click.IntRange(1, 3660), help="How long it is good  [default: until revoked].")
@click.option("--user", "email", help="Make it a key of this user: it may do no more, and sees no more.")
@company_option
@json_option
def add(
    name: str,
    scopes: tuple[str, ...],
    role: str | None,
    days: int | None,
    email: str | None,
    company_id: int,
    as_json: bool,
) -> None:
    """
    Make a key, and print it: it is shown this once.

    \b
    Example: estafette key add "hospital interface" --scope booking:read --scope booking:write --days 365
    """
    if bool(scopes) == (role is not None):
        message = "say what it may do: --scope, once or more, or --role"
        raise click.UsageError(message)
    rights = sorted(RIGHTS[Role(role)]) if role else [Right(scope) for scope in scopes]
    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    with open_database() as database, errors_in_one_line():
        user = find_user(database, company_id, email) if email else None
        if email and user is None:
            message = f"there is no user {email} in company {company_id}"
            raise NotFound(message)
        caller = as_operator(company_id, actor=actor_name(), user=user)
        made, secret = make_key(
            database, caller, NewApiKey(name=name, scopes=tuple(rights), expires_at=expires_at)
        )
    if as_json:
        print_json({"key": made, "secret": secret})
        return
    click.echo(f"key {made.key_id}, {made.name}: {', '.join(made.scopes)}")
    click.echo(f"shown this once: {secret}")


@key.command("list")
@company_option
@json_option
def list_(company_id: int, as_json: bool) -> None:
    """
    List the keys of the company, without their secrets.

    \b
    Example: estafette key list
    """
    with open_database() as database, errors_in_one_line():
        found = list_keys(database, company_id)
    if as_json:
        print_json({"keys": found})
    else:
        click.echo("\n".join(_table(found)) if found else "no keys yet: estafette key add")


@key.command()
@click.argument("key_id", type=int)
@company_option
@json_option
def revoke(key_id: int, company_id: int, as_json: bool) -> None:
    """
    Make a key good for nothing, at once.

    \b
    Example: estafette key revoke 3
    """
    with open_database() as database, errors_in_one_line():
        revoke_key(database, company_id, key_id, actor=actor_name())
    if as_json:
        print_json({"key_id": key_id, "revoked": True})
    else:
        click.echo(f"key {key_id} is revoked")


def _table(found: Sequence[ApiKey]) -> list[str]:
    head = f"{'id':>6}  {'begins with':<14} {'last used':<17} {'state':<12} {'name':<24} scopes"
    return [head, *(_line(each) for each in found)]


def _line(each: ApiKey) -> str:
    used = f"{each.used_at:%Y-%m-%d %H:%M}" if each.used_at else "never"
    state = "revoked" if each.revoked_at else f"to {each.expires_at:%Y-%m-%d}" if each.expires_at else "good"
    if each.expires_at and each.expires_at < datetime.now(UTC) and not each.revoked_at:
        state = "expired"
    return (
        f"{each.key_id:>6}  {each.prefix:<14} {used:<17} {state:<12} {each.name:<24} {', '.join(each.scopes)}"
    )
