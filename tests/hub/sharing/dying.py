"""Writers of clicks that kill themselves with SIGKILL, one at each step: `python -m tests.hub.sharing.dying`.

Prints for each step how its writer ended. One process is started and forks: starting is what takes its time.
"""

import os
import signal
import sys
from typing import Any

from flask import Flask

import wsgi
from hub.sharing.clicks import writing

# step: the function after which it dies
STEPS = {"rows inserted": "_insert", "sums added": "_count", "batch committed": "_keep"}


def die_after(name: str, app: Flask) -> None:
    """Writes until this function has returned, and no further."""
    real: Any = getattr(writing, name)

    def deadly(*args: Any) -> None:
        real(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(writing, name, deadly)
    with app.app_context():
        writing.write_batch()


def main() -> None:
    """One writer after the other."""
    app = wsgi.create_app()
    for step, name in STEPS.items():
        child = os.fork()
        if child == 0:
            die_after(name, app)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{step}: {os.waitstatus_to_exitcode(status)}\n")


if __name__ == "__main__":
    main()
