"""How a command says no: one line on standard error, exit 2."""

from typing import Any

import click


class Refused(click.ClickException):
    """A wish that cannot be granted: what is wrong, and what to do."""

    exit_code = 2

    def show(self, file: Any = None) -> None:  # noqa: ARG002
        click.echo(f"hurrah: {self.format_message()}", err=True)
