"""The three edges where a commit happens: the end of a request, of a job (or one batch of it), of a command.

Points, fact and message land together or not at all. What must follow a commit (ringing a doorbell) is asked for
with `after_commit` and never runs for a change that was rolled back.
"""

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import structlog
from flask import Flask, Response, g, request
from sqlalchemy.exc import DBAPIError, OperationalError

from hub.core.db import db, mode

log = structlog.get_logger(__name__)
F = TypeVar("F", bound=Callable[..., Any])
P = ParamSpec("P")
R = TypeVar("R")
READING = {"GET", "HEAD", "OPTIONS"}


def writes(view: F) -> F:
    """Marks a GET handler that must write: a sign-in answer from a provider, a link that claims something."""
    view.writes = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask) -> None:
    """Makes each request one transaction: kept below status 400, undone from there on."""

    @app.before_request
    def open_edge() -> None:
        view = app.view_functions.get(request.endpoint or "")
        reading = request.method in READING and not getattr(view, "writes", False)
        g.mode_token = mode.set("read" if reading else "write")

    @app.after_request
    def close_edge(response: Response) -> Response:
        if response.status_code < 400:
            commit()
        else:
            rollback()
        return response

    @app.teardown_request
    def leave_edge(_error: BaseException | None) -> None:
        rollback()
        if "mode_token" in g:
            mode.reset(g.pop("mode_token"))


def after_commit(key: str, call: Callable[[], None]) -> None:
    """Runs `call` once after the next commit of this transaction; a second one with the same key is dropped."""
    db.session.info.setdefault("after_commit", {})[key] = call


def commit() -> None:
    """Commits, then does what was asked for after it. Only edges call this."""
    db.session.commit()
    for call in db.session.info.pop("after_commit", {}).values():
        call()


def rollback() -> None:
    """Undoes the transaction and forgets what was to follow it."""
    db.session.rollback()
    db.session.info.pop("after_commit", None)


@contextmanager
def unit() -> Iterator[None]:
    """One transaction of a job or command: commits at the end, undoes on any error."""
    token = mode.set("write")
    try:
        yield
        commit()
    except BaseException:
        rollback()
        raise
    finally:
        mode.reset(token)


@contextmanager
def reading() -> Iterator[None]:
    """One read-only transaction of a job or command."""
    token = mode.set("read")
    try:
        yield
    finally:
        rollback()
        mode.reset(token)


@contextmanager
def attempt() -> Iterator[None]:
    """A savepoint: what is inside is undone on an error, what came before it stays."""
    with db.session.begin_nested():
        yield


# Serialization failure, deadlock, lock not available: safe to try again, nothing was kept.
_AGAIN = {"40001", "40P01", "55P03"}


def passing(error: BaseException) -> bool:
    """Whether the database refused for a reason that a second try may not meet."""
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlstate", None)
    return code in _AGAIN or (isinstance(error, OperationalError) and "locked" in str(error.orig))


def persistent(work: Callable[P, R]) -> Callable[P, R]:
    """Runs `work` in a unit of its own, up to three times when the database says try again."""

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for left in (2, 1, 0):
            try:
                with unit():
                    return work(*args, **kwargs)
            except DBAPIError as error:
                if not left or not passing(error):
                    raise
                log.warning("database.try_again", work=work.__name__)
        raise AssertionError("unreachable")

    return run


def command(work: Callable[P, R]) -> Callable[P, R]:
    """A CLI command that writes: one transaction for the entire command."""

    @functools.wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with unit():
            return work(*args, **kwargs)

    return run
