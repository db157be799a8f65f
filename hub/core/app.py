"""The app factory: settings, database, edges, guard, headers, then each room's furniture in order."""

import importlib
import importlib.util
from collections.abc import Sequence
from types import ModuleType

import click
from flask import Flask
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from hub.core import assets, db, edges, errors, logs, place, security, sheets, shell, uploads, web, words
from hub.core.settings import ROOT, Settings

csrf = CSRFProtect()
migrate = Migrate()
FURNITURE = (
    "models", "queries", "actions", "personal", "forms", "listeners", "letters", "jobs", "scoring", "checks", "health",
    "timeline", "views", "desk", "sales", "api", "seed", "cli",
)  # fmt: skip
MAX_BODY_BYTES = 12 * 1024 * 1024


def create_app(rooms: Sequence[str], settings: Settings | None = None) -> Flask:
    """Builds the app from `rooms` (wsgi.ROOMS). Raises SettingsError naming every wrong setting."""
    settings = settings or Settings.from_env()
    app = Flask("hurrah", root_path=str(ROOT), instance_path=str(settings.instance_dir))
    app.extensions["settings"] = settings
    _configure(app, settings)
    logs.init_app(app, settings)
    settings.instance_dir.mkdir(parents=True, exist_ok=True)
    db.init_app(app, settings.database_url)
    edges.init_app(app)
    uploads.init_app(app)
    place.init_app(app)
    web.init_app(app)
    app.url_map.converters["int"] = web.RowNumber
    security.init_app(app, https=settings.https)
    csrf.init_app(app)
    migrate.init_app(app, db.db, directory=str(ROOT / "migrations"), compare_type=True, render_as_batch=True)
    for part in (words, assets, sheets, shell, errors):
        part.init_app(app)
    for room in rooms:
        move_in(app, room)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_PARTS=1000,
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        SESSION_COOKIE_NAME="__Host-hurrah" if settings.https else "hurrah",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,  # a form left open overnight still saves; the token dies with the session
        WTF_CSRF_SSL_STRICT=False,  # behind a proxy the referrer may be trimmed; SameSite and the token protect
    )
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}


def move_in(app: Flask, room: str) -> None:
    """Imports a room and registers the furniture it has: blueprints, commands, `init_app`."""
    package = importlib.import_module(room)
    for name in FURNITURE:
        module = _piece(room, name)
        if module is None:
            continue
        for blueprint in getattr(module, "blueprints", [getattr(module, "blueprint", None)]):
            if blueprint is not None and blueprint.name not in app.blueprints:
                app.register_blueprint(blueprint)
        for command in getattr(module, "commands", ()):
            assert isinstance(command, click.Command)
            app.cli.add_command(command)
    if hasattr(package, "init_app"):
        package.init_app(app)


def _piece(room: str, name: str) -> ModuleType | None:
    if importlib.util.find_spec(f"{room}.{name}") is None:
        return None
    return importlib.import_module(f"{room}.{name}")
