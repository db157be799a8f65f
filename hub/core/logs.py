"""Logs: one line per event, UTC, for people (console) or machines (json). Never a body, a token or a session."""

import logging
import sys
import uuid

import structlog
from flask import Flask, Response, g

from hub.core.settings import Settings


def init_app(app: Flask, settings: Settings) -> None:
    """Configures logging for this process and stamps each request's lines with its id."""
    configure(level=settings.log_level, form=settings.log_format)

    @app.before_request
    def stamp() -> None:
        g.request_id = uuid.uuid4().hex[:12]
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers.setdefault("X-Request-Id", g.get("request_id", ""))
        return response


def configure(*, level: str, form: str) -> None:
    """Installs the renderer; safe to call again."""
    logging.basicConfig(level=level, stream=sys.stderr, format="%(message)s", force=False)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    renderer = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
