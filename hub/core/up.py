"""The commands `hurrah up` and `hurrah web`."""

import fcntl
import http.client
import os
import shutil
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import click

from hub.core import serving
from hub.core.processes import Child, Printer, Supervisor, run
from hub.core.refusing import Refused
from hub.core.servers import PrivateRedis, ServerError
from hub.core.settings import Settings

LOOPBACK = "127.0.0.1"
SIGN_INS = "demo.txt"  # what the seeding printed; shown at each start, and the sign that seeding was done


@click.command()
@click.option("--host", default=LOOPBACK, show_default=True, help="Where to listen; 0.0.0.0 in a container.")
@click.option("--check", is_flag=True, help="Only ask whether one answers there; exit 1 when not.")
def web(host: str, check: bool) -> None:
    """Answer on HOST and PORT, with WEB_CONCURRENCY processes."""
    settings = Settings.from_env()
    if check:
        reason = _reason_against(settings, host, "/healthz")
        click.echo(reason or "It answers.")
        sys.exit(1 if reason else 0)
    _need_free_port(host, settings.port)
    serving.serve(settings, host=host)


@click.command()
@click.option("--demo", is_flag=True, help="Fill a new hub with the sample programme.")
@click.option("--fresh", is_flag=True, help="With --demo: forget what is in INSTANCE_DIR and start over.")
@click.option("--host", default=LOOPBACK, show_default=True, help="Where to listen; 0.0.0.0 in a container.")
def up(demo: bool, fresh: bool, host: str) -> None:
    """Run the entire hub: web, workers, scheduler, and a private Redis when REDIS_URL is unset."""
    settings = Settings.from_env()
    if fresh and not demo:
        raise click.UsageError("--fresh goes with --demo; it never empties a hub that people use")
    with ExitStack() as held:
        held.enter_context(_only_one(settings.instance_dir))
        _need_free_port(host, settings.port)
        if fresh:
            _forget(settings)
        crew = _crew(host)
        printer = Printer(sys.stdout, [child.name for child in crew], plain=settings.log_format == "json")
        supervisor = Supervisor(printer, crew)
        supervisor.obey()
        if settings.redis_url is None:
            crew.append(held.enter_context(_redis(settings.instance_dir)))
        held.callback(supervisor.stop)
        sign_ins = _prepare(supervisor, settings, demo=demo)
        if not supervisor.ending():
            supervisor.run(
                ready=lambda: _reason_against(settings, host, "/readyz"),
                greeting=lambda: _greet(printer, settings, sign_ins),
            )
        printer.tell("Stopping")


def _crew(host: str) -> list[Child]:
    """What runs besides Redis. The web ends first, so that nobody asks for what is no longer there."""
    return [
        Child("web", lambda: run("web", "--host", host), ends=0),
        Child("schedule", lambda: run("schedule")),
        Child("books", lambda: run("work", "books")),
        Child("post", lambda: run("work", "post")),
    ]


@contextmanager
def _only_one(instance_dir: Path) -> Iterator[None]:
    """Holds the instance folder; the kernel lets go when we die, however we die."""
    instance_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (instance_dir / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Refused(
                f"a hub already runs from {instance_dir} (process {lock.read().strip() or 'unknown'}); "
                "stop it, or set INSTANCE_DIR and PORT for a second one"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


@contextmanager
def _redis(instance_dir: Path) -> Iterator[Child]:
    try:
        with PrivateRedis(instance_dir) as server:
            yield Child("redis", server.launch, server.process, ends=2, born=time.monotonic())
    except ServerError as error:
        raise Refused(str(error)) from error


def _need_free_port(host: str, port: int) -> None:
    # granian shares ports between its processes, so it would share one with a stranger without a word.
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(f"port {port} on {host}: {error.strerror}; choose another with PORT=") from error


def _forget(settings: Settings) -> None:
    """Empties the instance folder, except for the lock we hold; refuses when the database is elsewhere."""
    if not settings.database_url.startswith(f"sqlite:///{settings.instance_dir}/"):
        raise Refused(
            "--fresh only forgets what is in INSTANCE_DIR; unset DATABASE_URL, or empty it yourself"
        )
    for path in settings.instance_dir.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != "up.lock":
            path.unlink()


def _prepare(supervisor: Supervisor, settings: Settings, *, demo: bool) -> str:
    """Migrates, and seeds a new demo; gives the sign-ins to print."""
    _do(supervisor, "db", "upgrade")
    sheet = settings.instance_dir / SIGN_INS
    if not demo or supervisor.ending():
        return ""
    if not sheet.exists():
        sign_ins = _do(supervisor, "seed", "demo")
        if supervisor.ending():
            return ""
        fresh = sheet.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(sign_ins)
        fresh.rename(sheet)
    return sheet.read_text()


def _do(supervisor: Supervisor, *words: str) -> str:
    code, output = supervisor.to_completion(*words)
    if code and not supervisor.ending():
        raise Refused(f"`hurrah {' '.join(words)}` failed ({code}); its reason is above")
    return output


def _reason_against(settings: Settings, host: str, path: str) -> str | None:
    """None when `path` answers 200, else why not."""
    near = {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(near, settings.port, timeout=2)
    try:
        connection.request("GET", path, headers={"Host": urlsplit(settings.public_url).netloc})
        answer = connection.getresponse()
        body = answer.read(2000).decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None if answer.status == 200 else f"{answer.status} {body}"


def _greet(printer: Printer, settings: Settings, sign_ins: str) -> None:
    address = f"http://{LOOPBACK}:{settings.port}"
    printer.tell(f"Hurrah is ready at {address}")
    if settings.public_url != address:
        printer.tell(f"Visitors reach it at {settings.public_url}")
    if sign_ins and not printer.plain:
        printer.tell(f"\n{sign_ins}\n")
