"""`hurrah member …`: the first admin, links for people who lost their way, stubs."""

import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from hub.core import edges
from hub.core.cli import Refused
from hub.core.clock import now
from hub.members import actions, customer_health, queries
from hub.members.models import TYPES, Member
from hub.members.names import Refusal

member_group = AppGroup("member", help="Members: add one, or hand out a link.")


@member_group.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Full name.")
@click.option(
    "--role", "roles", default="advocate", show_default=True, help="advocate,manager,rep,host,admin"
)
@click.option("--type", "kind", type=click.Choice(TYPES), default="customer", show_default=True)
@click.option("--company", help="Made when it doesn't exist.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@edges.command
def add_command(
    email: str, name: str, roles: str, kind: str, company: str | None, password_stdin: bool
) -> None:
    """Add a member. Without a password, prints a link to choose one."""
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    at = now()
    try:
        member = actions.add(
            email, name=name, now=at, roles=[role.strip() for role in roles.split(",") if role.strip()], type=kind,
            company_id=actions.company(company, now=at).id if company else None, password=password,
        )  # fmt: skip
        click.echo(
            f"Added {member.name} <{member.email}> as @{member.handle}: {', '.join(member.roles_held)}."
        )
        if password is None:
            click.echo(_link("members.reset", actions.reset_link(member, now=at)))
    except Refusal as refusal:
        raise Refused(str(refusal)) from None


@member_group.command("reset-link")
@click.argument("email")
@edges.command
def reset_link_command(email: str) -> None:
    """Print a link to set a new password; it works once, for an hour."""
    try:
        click.echo(_link("members.reset", actions.reset_link(_known(email), now=now())))
    except Refusal as refusal:
        raise Refused(str(refusal)) from None


@member_group.command("claim-link")
@click.argument("who")
@edges.command
def claim_link_command(who: str) -> None:
    """Print a link by which a stub becomes a member; WHO is its e-mail or handle. Works once, for 14 days."""
    try:
        click.echo(_link("members.invitation", actions.claim_link(_known(who), now=now())))
    except Refusal as refusal:
        raise Refused(str(refusal)) from None


@member_group.command("health")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; exit 1 when lines are wrong.")
@edges.command
def health_command(file: Path, dry_run: bool) -> None:
    """Bring in a sheet (CSV) of customer health: columns health (0 to 100), and company or email.

    Lines that are wrong are named on standard error, the others go in; twice is once.
    """
    try:
        found = customer_health.read(file.read_text("utf-8-sig"))
    except (Refusal, UnicodeDecodeError) as refusal:
        raise Refused(str(refusal)) from None
    for line, why in found.bad:
        click.echo(f"line {line}: {why}", err=True)
    if not dry_run:
        customer_health.bring_in(found, now=now(), by_id=None)
    verb = "would be" if dry_run else "were"
    click.echo(
        f"{len(found.companies)} companies and {len(found.members)} members {verb} set; {len(found.bad)} lines refused."
    )
    if dry_run and found.bad:
        raise click.exceptions.Exit(1)


def _known(who: str) -> Member:
    found = queries.find(who) if "@" in who else queries.by_handle(who)
    if found is None:
        raise Refused(f"nobody here is called {who}")
    return found


def _link(endpoint: str, token: str) -> str:
    # Not by url_for: it wants a request, and the end of one would roll this command's transaction back.
    path = current_app.url_map.bind("hub").build(endpoint, {"token": token})
    return f"{current_app.extensions['settings'].public_url}{path}"


commands = (member_group,)
