"""`hurrah connection push`: where new referrals go."""

import sys

import click
from flask.cli import with_appcontext

from hub.core import edges
from hub.core.cli import Refused
from hub.core.clock import now
from hub.crm import connections
from hub.crm.cli import connection_group
from hub.crm.outward import actions, jobs, queries
from hub.crm.outward.kinds import KINDS, Wrong


@click.command("push")
@click.argument("name")
@click.option("--to", metavar="URL", help="generic: the address that takes the messages.")
@click.option(
    "--domain", metavar="D", help="Salesforce: acme.my.salesforce.com. Pipedrive: acme.pipedrive.com."
)
@click.option("--token-stdin", is_flag=True, help="Read the token, secret or key from standard input.")
@click.option("--set", "wishes", multiple=True, metavar="OPTION=VALUE", help="May be repeated; see below.")
@click.option("--off", is_flag=True, help="Send nothing more.")
@with_appcontext
@edges.command
def push_command(
    name: str, to: str | None, domain: str | None, token_stdin: bool, wishes: tuple[str, ...], off: bool
) -> None:
    """Send each new referral to this connection's CRM as a lead or deal, once.

    The token: HubSpot's private app token, the consumer secret of Salesforce's external client app, Pipedrive's API
    token, or the signing secret of a generic receiver (made and printed once when left out). What isn't given stays.

    \b
    Options of HubSpot: pipeline, stage, code_field (a deal property with unique values), source_field.
    Options of Salesforce: client_id (needed), code_field (an External ID of the Lead), source.
    Options of Pipedrive: pipeline, stage, code_field, source_field (keys of deal fields).
    """
    connection = connections.find(name)
    if connection is None:
        raise Refused(f"name: there is no connection called {name}")
    if off:
        was_on = actions.switch_off(connection, now=now())
        click.echo(f"Nothing more is sent to {name}." if was_on else f"Nothing was sent to {name} anyway.")
        return
    if to and domain:
        raise Refused("--to and --domain: give one of them")
    try:
        made = actions.switch_on(
            connection, now=now(), address=to or domain, token=_token(token_stdin), options=_options(wishes),
            allow_private=jobs.allows_private(),
        )  # fmt: skip
    except Wrong as wrong:
        raise Refused(f"{wrong.field}: {wrong.says}") from None
    found = queries.target(connection.id)
    assert found is not None
    click.echo(
        f"New referrals are sent to {name} ({KINDS[connection.kind].called} at {found.address}) from now on."
    )
    if made:
        click.echo(f"Secret that signs them (shown only now): {made}")


def _token(from_stdin: bool) -> str | None:
    if not from_stdin:
        return None
    given = sys.stdin.readline().strip()
    if not given:
        raise Refused("--token-stdin: standard input has no token on its first line")
    return given


def _options(wishes: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for wish in wishes:
        option, divided, value = wish.partition("=")
        if not divided or not option.strip():
            raise Refused(f"--set {wish}: write OPTION=VALUE, as in stage=qualifiedtobuy")
        found[option.strip()] = value.strip()
    return found


connection_group.add_command(push_command)
