"""`hurrah up`: every process of a hub in one foreground command.

It starts them, prefixes what they print, starts again whoever dies, and ends all of them in order. It never
does their work and opens no database; production may run the same commands under a supervisor of its own.
"""

import contextlib
import datetime as dt
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TextIO

from hub.core import children

STOP_SECONDS = 6.0
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0  # who lived this long had nothing wrong with its start
READY_PAUSE_SECONDS = 0.1
TELL_AGAIN_SECONDS = 20.0
COLOURS = (36, 33, 35, 32, 34)


def hurrah(*words: str) -> list[str]:
    """The command line of one of our own commands, in this very environment."""
    beside = Path(sys.executable).with_name("hurrah")
    start = (
        [str(beside)] if beside.exists() else [sys.executable, "-c", "from hub.core.cli import main; main()"]
    )
    return [*start, *words]


def run(
    *words: str, output: int = subprocess.PIPE, errors: int = subprocess.STDOUT
) -> subprocess.Popen[bytes]:
    """Starts one of our own commands as a child whose lines we read."""
    env = {**os.environ, "PYTHONUNBUFFERED": "1"}
    return children.start(hurrah(*words), env=env, output=output, errors=errors)


@dataclass
class Child:
    """One process that has to run: how to start it, and how often it died lately."""

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes] | None = None
    ends: int = 1  # those with a lower number end first
    born: float = 0.0
    deaths: int = 0
    again_at: float = 0.0
    rest: bytes = field(default=b"", repr=False)

    @property
    def lives(self) -> bool:
        """Whether it runs right now."""
        return self.process is not None and self.process.poll() is None

    def bury(self, moment: float) -> float:
        """Notes a death and says how long to wait before the next start: longer each time in a row."""
        self.deaths = 1 if moment - self.born > STEADY_SECONDS else self.deaths + 1
        pause = min(FIRST_PAUSE_SECONDS * 2.0 ** (self.deaths - 1), LONGEST_PAUSE_SECONDS)
        self.again_at = moment + pause
        return pause


class Printer:
    """What the children print, each line after its name; JSON lines as they are."""

    def __init__(self, out: TextIO, names: list[str], *, plain: bool = False) -> None:
        self.out = out
        self.width = max(map(len, names))
        self.names = names
        self.plain = plain
        self.colour = not plain and out.isatty() and "NO_COLOR" not in os.environ

    def line(self, name: str, text: str) -> None:
        """Prints one line of the child `name`."""
        self._write(text if self.plain else f"{self._paint(name)} {text}")

    def tell(self, text: str, level: str = "info") -> None:
        """Prints what the supervisor itself has to say."""
        if self.plain:
            at = dt.datetime.now(dt.UTC).isoformat()
            text = json.dumps({"event": text, "logger": "hurrah.up", "level": level, "timestamp": at})
        self._write(text)

    def _write(self, text: str) -> None:
        # When nobody reads us any more, the hub goes on.
        with contextlib.suppress(BrokenPipeError, ValueError):
            self.out.write(f"{text}\n")
            self.out.flush()

    def _paint(self, name: str) -> str:
        label = f"{name:{self.width}} |"
        if not self.colour or name not in self.names:
            return label
        return f"\x1b[{COLOURS[self.names.index(name) % len(COLOURS)]}m{label}\x1b[0m"


class Supervisor:
    """Keeps children alive until it is asked to end. One thread: the kernel ties each child to it."""

    def __init__(self, printer: Printer, crew: list[Child]) -> None:
        self.printer = printer
        self.crew = crew
        self.signals = 0
        self.selector = selectors.DefaultSelector()

    def run(self, *, ready: Callable[[], str | None], greeting: Callable[[], None]) -> None:
        """Starts all, greets once `ready` has no reason against it; returns when a signal asked to end."""
        begun = time.monotonic()
        look_at, tell_at, greeted = begun, begun + TELL_AGAIN_SECONDS, False
        for child in self.crew:
            if child.process is None:
                self._start(child)
        while not self.ending():
            self.listen(READY_PAUSE_SECONDS)
            moment = time.monotonic()
            self._revive(moment)
            if not greeted and moment >= look_at:
                reason = ready()
                look_at = time.monotonic() + READY_PAUSE_SECONDS
                if reason is None:
                    greeted = True
                    greeting()
                elif moment >= tell_at:
                    tell_at = moment + TELL_AGAIN_SECONDS
                    self.printer.tell(f"Not ready yet: {reason}", "warning")

    def ending(self) -> bool:
        """Whether we were asked to end."""
        return self.signals > 0

    def stop(self) -> None:
        """Ends all, one rank after the other; after a second signal it no longer waits for anybody."""
        until = time.monotonic() + STOP_SECONDS
        for rank in sorted({child.ends for child in self.crew}):
            left = 0.0 if self.signals > 1 else max(0.0, until - time.monotonic())
            leaving = [
                child.process for child in self.crew if child.ends == rank and child.process is not None
            ]
            children.end(leaving, left, meanwhile=lambda: self.listen(0.0))
        self.listen(0.0)
        self.selector.close()

    def obey(self) -> None:
        """From now on Ctrl-C, SIGTERM and a closed terminal ask us to end."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked)

    def to_completion(self, *words: str) -> tuple[int, str]:
        """Runs one of our commands to its end, printing its errors and progress; gives its exit code and output."""
        with tempfile.TemporaryFile() as output:
            process = self._start(
                Child(words[0], lambda: run(*words, output=output.fileno(), errors=subprocess.PIPE))
            )
            while process.poll() is None and not self.ending():
                self.listen(READY_PAUSE_SECONDS)
            children.end([process], 2.0)
            self.listen(0.0)
            output.seek(0)
            return process.returncode, output.read().decode(errors="replace").strip()

    def listen(self, seconds: float) -> None:
        """Prints what children say, waiting at most `seconds` for the first word."""
        if not self.selector.get_map():
            time.sleep(seconds)
            return
        for key, _ in self.selector.select(seconds):
            said = os.read(key.fd, 65536)
            if not said:
                self.selector.unregister(key.fd)
                os.close(key.fd)
            self._print(key.data, said or (b"\n" if key.data.rest else b""))

    def _print(self, child: Child, said: bytes) -> None:
        *lines, child.rest = (child.rest + said).split(b"\n")
        for line in lines:
            self.printer.line(child.name, line.decode(errors="replace").rstrip("\r"))

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.signals += 1

    def _start(self, child: Child) -> subprocess.Popen[bytes]:
        child.process = child.launch()
        child.born = time.monotonic()
        pipe = child.process.stdout or child.process.stderr
        if pipe is not None:
            # The selector owns the pipe: whoever inherited it may still speak after the child has ended.
            reader = os.dup(pipe.fileno())
            pipe.close()
            self.selector.register(reader, selectors.EVENT_READ, child)
        return child.process

    def _revive(self, moment: float) -> None:
        for child in self.crew:
            if child.lives:
                continue
            if child.process is not None:
                code, child.process = child.process.returncode, None
                pause = child.bury(moment)
                told = f"{child.name} ended ({code}); starting it again in {pause:g} s"
                self.printer.tell(told if child.deaths < 4 else f"{told}; it keeps ending", "error")
            elif moment >= child.again_at:
                self._start(child)
