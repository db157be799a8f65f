"""Child processes that never outlive us: not by Ctrl-C, not by SIGTERM, not by kill -9 of their parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def tie_to(parent: int) -> None:
    """Has the kernel kill this process when the process `parent`, which started it, dies. Linux only."""
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it died before we got here
        os._exit(1)


def tie_forks() -> None:
    """Ties every process that this one forks from now on (a job's work-horse, a web server's workers)."""
    parent = [os.getpid()]

    def in_child() -> None:
        tie_to(parent[0])
        parent[0] = os.getpid()

    os.register_at_fork(after_in_child=in_child)


def _at_birth(parent: int) -> Callable[[], None]:
    def run() -> None:
        os.setpgid(0, 0)  # a terminal's Ctrl-C reaches only us, who end the others in order
        tie_to(parent)

    return run


def start(
    argv: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    output: int = subprocess.PIPE,
    errors: int = subprocess.STDOUT,
) -> subprocess.Popen[bytes]:
    """Starts a tied child without standard input; unless told otherwise, we read what it prints, errors too.

    Only from the main thread: the kernel ties a child to the thread that started it.
    """
    return subprocess.Popen(
        argv,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=errors,
        preexec_fn=_at_birth(os.getpid()),
    )


def end(
    processes: Iterable[subprocess.Popen[bytes]],
    seconds: float,
    *,
    meanwhile: Callable[[], None] = lambda: None,
) -> None:
    """Asks all to end, then kills whoever still lives after `seconds`. `meanwhile` runs while waiting."""
    living = [process for process in processes if process.poll() is None]
    for process in living:
        process.terminate()
    until = time.monotonic() + seconds
    while time.monotonic() < until and any(process.poll() is None for process in living):
        meanwhile()
        time.sleep(0.02)
    for process in living:
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        process.wait()


def gone(pid: int, seconds: float) -> bool:
    """Whether the process `pid`, not a child of ours, ends within `seconds`."""
    until = time.monotonic() + seconds
    while lives(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def lives(pid: int) -> bool:
    """Whether a process runs; one that ended and only waits for its parent to notice does not."""
    try:
        os.kill(pid, 0)
        state = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except OSError:  # not ours to signal, or a system without /proc
        return not Path("/proc/self").exists() or (Path("/proc") / str(pid)).exists()
    return state not in ("Z", "X")
