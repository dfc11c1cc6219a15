"""Commands of webhooks: who is told of events, how far, and sending again."""

from collections.abc import Sequence

import click

from estafette.domain.counted import counted
from estafette.domain.webhook import KINDS, Webhook, WebhookRequest
from estafette.edge.cli.options import json_option
from estafette.edge.cli.session import (
    actor_name,
    company_option,
    errors_in_one_line,
    open_database,
    print_json,
)
from estafette.flow.webhooks import change_secret, subscribe
from estafette.store.webhooks import list_webhooks, remove_webhook, replay_event, resume_webhook

_webhook = click.argument("webhook_id", metavar="WEBHOOK", type=int)


@click.group(invoke_without_command=True)
@company_option
@json_option
@click.pass_context
def webhooks(context: click.Context, company_id: int, as_json: bool) -> None:
    """
    List the programs that are told of events, and how far each was told.

    A worker tells them (`estafette worker`). Messages are signed as Standard Webhooks describes.

    \b
    Example: estafette webhooks
    """
    if context.invoked_subcommand is not None:
        return
    with open_database() as database, errors_in_one_line():
        found = list_webhooks(database, company_id)
    if as_json:
        print_json({"webhooks": found})
    else:
        click.echo("\n".join(_table(found)) if found else "nobody is told")


@webhooks.command()
@click.argument("url")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Of these events alone; may be repeated."
)
@click.option("--internal", is_flag=True, help="Allow http and an address of this machine or network.")
@company_option
@json_option
def add(url: str, kinds: tuple[str, ...], internal: bool, company_id: int, as_json: bool) -> None:
    """
    Tell URL of events from now on; prints the secret of the signatures, this once.

    \b
    Example: estafette webhooks add https://example.org/hooks/estafette --kind status_changed
    """
    with open_database() as database, errors_in_one_line():
        wanted = WebhookRequest(url=url, kinds=kinds, internal=internal)
        added = subscribe(database, company_id, wanted, actor=actor_name())
    if as_json:
        print_json(added)
    else:
        click.echo(f"webhook {added.webhook.webhook_id}\nsecret {added.secret}")


@webhooks.command()
@_webhook
@company_option
def remove(webhook_id: int, company_id: int) -> None:
    """
    Tell a receiver nothing more.

    \b
    Example: estafette webhooks remove 3
    """
    with open_database() as database, errors_in_one_line():
        remove_webhook(database, company_id, webhook_id, actor=actor_name())
    click.echo(f"webhook {webhook_id} is removed")


@webhooks.command()
@_webhook
@company_option
@json_option
def rotate(webhook_id: int, company_id: int, as_json: bool) -> None:
    """
    Give a receiver a new secret; for a day messages are signed with the old one as well.

    \b
    Example: estafette webhooks rotate 3
    """
    with open_database() as database, errors_in_one_line():
        secret = change_secret(database, company_id, webhook_id, actor=actor_name())
    if as_json:
        print_json({"secret": secret})
    else:
        click.echo(f"secret {secret}")


@webhooks.command()
@_webhook
@click.option("--after", type=click.IntRange(min=0), metavar="EVENT", help="Send again what followed it.")
@company_option
@json_option
def resume(webhook_id: int, after: int | None, company_id: int, as_json: bool) -> None:
    """
    Send again at once: to a stopped receiver, or what a receiver has lost.

    \b
    Example:
      estafette webhooks resume 3
      estafette webhooks resume 3 --after 4211
    """
    with open_database() as database, errors_in_one_line():
        found = resume_webhook(database, company_id, webhook_id, after=after, actor=actor_name())
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(_table([found])))


@webhooks.command()
@_webhook
@click.argument("event_id", metavar="EVENT", type=click.IntRange(min=1))
@company_option
def replay(webhook_id: int, event_id: int, company_id: int) -> None:
    """
    Send one event once more, under the same message id; a worker does it before what waits.

    \b
    Example: estafette webhooks replay 3 4212
    """
    with open_database() as database, errors_in_one_line():
        found = replay_event(database, company_id, webhook_id, event_id, actor=actor_name())
    click.echo("\n".join(_table([found])))


def _table(found: Sequence[Webhook]) -> list[str]:
    rows = [("webhook", "told to", "state", "events", "address")]
    rows += [
        (str(each.webhook_id), str(each.told_to), _state(each), ", ".join(each.kinds) or "all", each.url)
        for each in found
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]


def _state(webhook: Webhook) -> str:
    if webhook.failed is None:
        return f"sends {len(webhook.again)} again" if webhook.again else "well"
    again = f"again at {webhook.due_at:%Y-%m-%dT%H:%M:%SZ}" if webhook.due_at else "due"
    attempts = counted(webhook.attempts, "attempt")
    return f"{'stopped' if webhook.stopped else again} ({webhook.failed}, {attempts})"
