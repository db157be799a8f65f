"""A process of the hub that kills itself with SIGKILL at a named step.

The product knows nothing of this: the step's function is wrapped here, in the doomed process only. It is forked from a
process that has read the code already and done nothing yet, for reading it costs more than dying.
"""

import functools
import importlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerContext
from typing import Any

import wsgi
from hub.core.servers import PrivateRedis  # noqa: F401 - imported first, as `hurrah` does
from hub.outbox.work import work

SECONDS = 120
Request = tuple[str, Mapping[str, str], bytes]  # path, headers, body

# step: (module, attribute path, whether it dies before or after the call)
STEPS = {
    "job started": ("hub.outbox.jobs", "drain_here", "before"),
    "batch claimed": ("hub.crm.states", "pending", "after"),
    "referrals matched": ("hub.crm.apply", "match", "after"),
    "events recorded": ("hub.referrals.advance", "_record", "after"),
    "entries inserted": ("hub.ledger.books", "_refuse_reuse", "before"),
    "wallets counted": ("hub.ledger.books", "_count", "after"),
    "claw-backs settled": ("hub.referrals.advance", "settle_clawbacks", "after"),
    "members told": ("hub.referrals.advance", "_tell", "after"),
    "before commit": ("sqlalchemy.orm", "Session.commit", "before"),
    "after commit": ("sqlalchemy.orm", "Session.commit", "after"),
    "marks followed": ("hub.ledger.jobs", "forget_marks", "before"),
    "before RQ's books": ("rq", "SimpleWorker.handle_job_success", "before"),
}


def die() -> None:
    """As an out-of-memory killer or a power switch would have it."""
    os.kill(os.getpid(), signal.SIGKILL)


def doom(step: str) -> None:
    """Wraps the step's function so that this process dies there, on the first call that has something to do."""
    module, path, moment = STEPS[step]
    holder: Any = importlib.import_module(module)
    *parents, name = path.split(".")
    for parent in parents:
        holder = getattr(holder, parent)
    setattr(holder, name, _deadly(getattr(holder, name), moment, busy=_busy(step)))


def _busy(step: str) -> Callable[[], bool]:
    """Commits happen all the time; the one that matters has new entries in it."""
    if step not in ("before commit", "after commit"):
        return lambda: True
    books: Any = importlib.import_module("hub.ledger.books")
    counted: list[int] = []
    count = books._count

    def counting(awards: Any, now: Any) -> None:
        counted.append(len(list(awards)))
        count(awards, now)

    books._count = counting
    return lambda: any(counted)


def _deadly(work: Callable[..., Any], moment: str, *, busy: Callable[[], bool]) -> Callable[..., Any]:
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if moment == "before" and busy():
            die()
        result = work(*args, **kwargs)
        if busy() and result != []:
            die()
        return result

    return wrapped


@functools.cache
def nursery() -> ForkServerContext:
    """Where doomed processes are forked from."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


def run(step: str, role: str, env: Mapping[str, str], request: Request | None = None) -> int | None:
    """A worker, or a web process with one request, until it dies at the step; its exit code as subprocess has it."""
    doomed = nursery().Process(target=_live, args=(step, role, dict(env), request), daemon=True)
    doomed.start()
    doomed.join(SECONDS)
    return doomed.exitcode


def _live(step: str, role: str, env: dict[str, str], request: Request | None) -> None:
    os.environ.update(env)
    app = wsgi.create_app()
    if role == "worker":
        doom(step)
        work(app, "books", burst=True)
    elif request is not None:
        _answer_one(app, request)


def _answer_one(app: Any, request: Request) -> None:
    """Dies after the request's commit, before any answer leaves."""
    doomed: Any = importlib.import_module("hub.core.edges")
    commit = doomed.commit

    def commit_and_die() -> None:
        commit()
        die()

    doomed.commit = commit_and_die
    path, headers, body = request
    app.test_client().post(path, headers=headers, data=body)
