"""`hurrah up`: one command for all processes, none of which outlives it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.core.children import gone
from hub.core.processes import hurrah
from tests.servers import free_port

READY_SECONDS = 60.0
linux = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc; only Linux ends children with their parent"
)


class Hub:
    """A running `hurrah up` and what it printed."""

    def __init__(self, folder: Path, port: int, *words: str) -> None:
        env = {**os.environ, "INSTANCE_DIR": str(folder), "PORT": str(port), "WEB_CONCURRENCY": "2"}
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

    def ready(self) -> "Hub":
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
        return {pid: _command(pid) for pid in found - {self.process.pid}}


def _command(pid: int) -> str:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    except OSError:
        return ""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Hub]]:
    """Starts hubs in one folder; kills what a failed test leaves."""
    hubs: list[Hub] = []

    def run(*words: str, port: int | None = None) -> Hub:
        hubs.append(Hub(tmp_path / "instance", port or free_port(), *words))
        return hubs[-1]

    yield run
    for hub in hubs:
        if hub.process.poll() is None:
            hub.process.kill()
        hub.process.wait()


@pytest.mark.slow
@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_it(start: Callable[..., Hub], number: signal.Signals) -> None:
    hub = start().ready()
    family = hub.family()
    kinds = ("redis", "web", "work books", "work post", "schedule")
    assert all(any(kind in command for command in family.values()) for kind in kinds), family
    assert sum("hurrah web" in command for command in family.values()) == 3  # one that leads, two that answer
    hub.process.send_signal(number)
    assert hub.process.wait(15) == (-number if number == signal.SIGKILL else 0)
    assert [command for pid, command in family.items() if not gone(pid, 3) and _command(pid)] == []


@pytest.mark.slow
@linux
def test_it_starts_again_whoever_dies(start: Callable[..., Hub]) -> None:
    hub = start().ready()
    before = hub.family()
    for pid, command in before.items():
        if "hurrah" in command or "redis" in command:
            os.kill(pid, signal.SIGKILL)
    hub.wait(lambda: len(hub.family()) == len(before) and hub.answers())
    assert not hub.family().keys() & before.keys()
    assert "web ended (-9); starting it again" in hub.said()


@pytest.mark.slow
def test_it_starts_again_after_being_killed(start: Callable[..., Hub]) -> None:
    hub = start().ready()
    hub.process.kill()
    hub.process.wait()
    assert start().ready().answers()


@pytest.mark.slow
def test_two_hubs_never_share_a_folder_or_a_port(start: Callable[..., Hub], tmp_path: Path) -> None:
    first = start().ready()
    same_folder = start()
    assert same_folder.process.wait(20) == 2
    assert (
        f"a hub already runs from {tmp_path / 'instance'} (process {first.process.pid})" in same_folder.said()
    )
    port = int(first.url.rpartition(":")[2])
    same_port = Hub(tmp_path / "other", port)
    assert same_port.process.wait(20) == 2
    assert (
        same_port.said().strip()
        == f"hurrah: port {port} on 127.0.0.1: Address already in use; choose another with PORT="
    )
    assert first.answers()


def test_a_port_in_use_is_one_line(start: Callable[..., Hub]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        hub = start(port=taken.getsockname()[1])
        assert hub.process.wait(20) == 2
        assert len(hub.said().strip().splitlines()) == 1


def test_fresh_goes_with_demo_only(start: Callable[..., Hub]) -> None:
    hub = start("--fresh")
    assert hub.process.wait(20) == 2
    assert "--fresh goes with --demo" in hub.said()
