"""How far a long command is: a bar on standard error while a person watches, silence when nobody does."""

import sys
import time
from types import TracebackType

import click

WIDTH = 28
EVERY_SECONDS = 0.1
CLEAR = "\r\x1b[K"


class Bar:
    """A progress bar. `length` may be a guess; lines said meanwhile stand above the bar."""

    def __init__(self, label: str, length: int) -> None:
        self.label = label
        self.length = max(1, length)
        self.done = 0
        self.began = time.monotonic()
        self.drawn = 0.0
        self.shown = sys.stderr.isatty()

    def __enter__(self) -> "Bar":
        self._draw()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def advance(self, steps: int = 1) -> None:
        """So many more are done."""
        self.done += steps
        if time.monotonic() - self.drawn >= EVERY_SECONDS:
            self._draw()

    def say(self, line: str) -> None:
        """A line on standard error that stays."""
        self._clear()
        click.echo(line, err=True)

    def _draw(self) -> None:
        if not self.shown:
            return
        self.drawn = time.monotonic()
        share = min(1.0, self.done / self.length)
        filled = round(share * WIDTH)
        rate = self.done / max(self.drawn - self.began, 0.001)
        text = f"{self.label}  [{'#' * filled}{'.' * (WIDTH - filled)}] {share:4.0%}  {self.done:,} · {rate:,.0f}/s"
        click.echo(CLEAR + text, err=True, nl=False)

    def _clear(self) -> None:
        if self.shown:
            click.echo(CLEAR, err=True, nl=False)
