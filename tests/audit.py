"""`make audit`: Lighthouse over pages of a running demo. Prints a table; exit 1 when a page falls below the bar.

Measures public pages of a hub of its own; `make audit ARGS='--url http://127.0.0.1:8000 /sign-in'` those of another.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from tests.running import RunningHub
from tests.servers import find_browser, free_port

LIGHTHOUSE = "lighthouse@13.5.0"
PAGES = ("/", "/sign-in", "/r/ada-marlowe")
BAR = {"performance": 90, "accessibility": 100, "best-practices": 95, "seo": 90}
# A page that names one advocate asks not to be indexed, on purpose: that audit would call it a fault.
NOT_INDEXED = ("/r/",)
SECONDS = 180


@contextmanager
def demo() -> Iterator[str]:
    """The address of a demo that runs for the time of the block."""
    with tempfile.TemporaryDirectory(prefix="hurrah-audit-") as folder:
        hub = RunningHub(Path(folder) / "instance", free_port(), "--demo").ready()
        try:
            yield hub.url
        finally:
            hub.process.terminate()
            hub.process.wait()


def scores(url: str) -> dict[str, int]:
    """What Lighthouse gives a page, by category, of 100."""
    npx = shutil.which("npx")
    if npx is None:
        raise click.ClickException("Lighthouse needs npx. On Debian: sudo apt-get install npm")
    left_out = ["--skip-audits=is-crawlable"] if any(part in url for part in NOT_INDEXED) else []
    answer = subprocess.run(
        [
            npx, "--yes", LIGHTHOUSE, url, "--quiet", "--output=json", *left_out,
            "--chrome-flags=--headless=new --no-sandbox", f"--only-categories={','.join(BAR)}",
        ],
        env={**os.environ, "CHROME_PATH": str(find_browser())},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    if answer.returncode:
        raise click.ClickException(f"Lighthouse failed on {url}: {answer.stderr.strip()[-500:]}")
    found = json.loads(answer.stdout)["categories"]
    return {name: round(found[name]["score"] * 100) for name in BAR}


@click.command(help=__doc__)
@click.option("--url", help="A running hub; without it, a demo is started.")
@click.argument("pages", nargs=-1)
def main(url: str | None, pages: tuple[str, ...]) -> None:
    """Measures, prints, judges."""
    if url is None:
        with demo() as own:
            below = measure(own, pages or PAGES)
    else:
        below = measure(url, pages or PAGES)
    sys.exit(1 if below else 0)


def measure(url: str, pages: tuple[str, ...]) -> int:
    """Prints a line for each page; gives how many scores are below the bar."""
    below = 0
    click.echo("page".ljust(30) + "".join(f"{name} ≥ {bar}".rjust(22) for name, bar in BAR.items()))
    for page in pages:
        found = scores(f"{url}{page}")
        below += sum(found[name] < bar for name, bar in BAR.items())
        click.echo(page.ljust(30) + "".join(str(found[name]).rjust(22) for name in BAR))
    return below


if __name__ == "__main__":
    main()
