"""`hurrah up`: one command for all processes, none of which outlives it."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.core.children import gone
from tests.running import RunningHub, command_of
from tests.servers import free_port

linux = pytest.mark.skipif(
    sys.platform != "linux", reason="reads /proc; only Linux ends children with their parent"
)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RunningHub]]:
    """Starts hubs in one folder; kills what a failed test leaves."""
    hubs: list[RunningHub] = []

    def run(*words: str, port: int | None = None) -> RunningHub:
        hubs.append(RunningHub(tmp_path / "instance", port or free_port(), *words))
        return hubs[-1]

    yield run
    for hub in hubs:
        if hub.process.poll() is None:
            hub.process.kill()
        hub.process.wait()


@pytest.mark.slow
@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_no_process_outlives_it(start: Callable[..., RunningHub], number: signal.Signals) -> None:
    hub = start().ready()
    family = hub.family()
    kinds = ("redis", "web", "work books", "work post", "schedule")
    assert all(any(kind in command for command in family.values()) for kind in kinds), family
    assert sum("hurrah web" in command for command in family.values()) == 3  # one that leads, two that answer
    hub.process.send_signal(number)
    assert hub.process.wait(15) == (-number if number == signal.SIGKILL else 0)
    assert [command for pid, command in family.items() if not gone(pid, 3) and command_of(pid)] == []


def lasting(family: dict[int, str]) -> tuple[set[str], int]:
    """What runs, and how many answer; a worker's child for one job comes and goes under the worker's own name."""
    return set(family.values()), sum("hurrah web" in command for command in family.values())


@pytest.mark.slow
@linux
def test_it_starts_again_whoever_dies(start: Callable[..., RunningHub]) -> None:
    hub = start().ready()
    before = hub.family()
    for pid, command in before.items():
        if "hurrah" in command or "redis" in command:
            os.kill(pid, signal.SIGKILL)
    hub.wait(lambda: lasting(hub.family()) == lasting(before) and hub.answers())
    assert not hub.family().keys() & before.keys()
    assert "web ended (-9); starting it again" in hub.said()


@pytest.mark.slow
def test_it_starts_again_after_being_killed(start: Callable[..., RunningHub]) -> None:
    hub = start().ready()
    hub.process.kill()
    hub.process.wait()
    assert start().ready().answers()


@pytest.mark.slow
def test_two_hubs_never_share_a_folder_or_a_port(start: Callable[..., RunningHub], tmp_path: Path) -> None:
    first = start().ready()
    same_folder = start()
    assert same_folder.process.wait(20) == 2
    assert (
        f"a hub already runs from {tmp_path / 'instance'} (process {first.process.pid})" in same_folder.said()
    )
    port = int(first.url.rpartition(":")[2])
    same_port = RunningHub(tmp_path / "other", port)
    assert same_port.process.wait(20) == 2
    assert (
        same_port.said().strip()
        == f"hurrah: port {port} on 127.0.0.1: Address already in use; choose another with PORT="
    )
    assert first.answers()


def test_a_port_in_use_is_one_line(start: Callable[..., RunningHub]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        hub = start(port=taken.getsockname()[1])
        assert hub.process.wait(20) == 2
        assert len(hub.said().strip().splitlines()) == 1


def test_fresh_goes_with_demo_only(start: Callable[..., RunningHub]) -> None:
    hub = start("--fresh")
    assert hub.process.wait(20) == 2
    assert "--fresh goes with --demo" in hub.said()
