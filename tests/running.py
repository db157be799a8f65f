"""A hub run as its users run it: `hurrah up` in a process of its own, with everything it starts."""

import os
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from hub.core.processes import hurrah

READY_SECONDS = 180.0  # not a promise: a busy machine is slow, a hub that hangs never comes


class RunningHub:
    """A running `hurrah up` and what it printed."""

    def __init__(self, folder: Path, port: int, *words: str) -> None:
        env = {**os.environ, "INSTANCE_DIR": str(folder), "PORT": str(port), "WEB_CONCURRENCY": "2"}
        self.folder, self.port = folder, port
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder.with_suffix(f".{port}.log")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(hurrah("up", *words), env=env, stdout=log, stderr=log)

    def said(self) -> str:
        """Everything it printed so far."""
        return self.log.read_text()

    def wait(self, true: Callable[[], object], seconds: float = READY_SECONDS) -> None:
        """Waits for something to become true of it."""
        until = time.monotonic() + seconds
        while not true():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.1)

    def ready(self) -> "RunningHub":
        """Waits until it says that it is ready."""
        self.wait(lambda: f"Hurrah is ready at {self.url}" in self.said())
        return self

    def answers(self) -> bool:
        """Whether /readyz is 200 now."""
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def family(self) -> dict[int, str]:
        """Its children and theirs: process id and command line."""
        parents = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
        found, new = set(), {self.process.pid}
        while new:
            found |= new
            new = {pid for pid, parent in parents.items() if parent in new and pid not in found}
        return {pid: command_of(pid) for pid in found - {self.process.pid}}


def command_of(pid: int) -> str:
    """The command line of a process; empty when it is gone or only waits to be buried."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""
