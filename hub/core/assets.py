"""Static files under versioned addresses, so that browsers may keep them for a year."""

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

from hub.core import sheets

YEAR_SECONDS = 31536000


def init_app(app: Flask) -> None:
    """Gives templates `asset('css/base.css')`."""
    app.extensions["asset_versions"] = {}
    app.jinja_env.globals["asset"] = asset

    @app.after_request
    def keep(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304) and _is_current():
            response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        return response


def _is_current() -> bool:
    """Whether this is the address we hand out now. During a rollout we are asked for versions we don't have."""
    filename, version = (request.view_args or {}).get("filename", ""), request.args.get("v")
    if version is None:
        return False
    return version == (sheets.version(filename) if sheets.is_sheet(filename) else _version(filename))


def asset(filename: str) -> str:
    """The address of a static file, with a version taken from its bytes."""
    return url_for("static", filename=filename, v=_version(filename))


def _version(filename: str) -> str:
    versions: dict[str, tuple[int, str]] = current_app.extensions["asset_versions"]
    path = Path(current_app.static_folder or "") / filename
    changed = (
        path.stat().st_mtime_ns if current_app.debug or filename not in versions else versions[filename][0]
    )
    if filename not in versions or versions[filename][0] != changed:
        versions[filename] = (changed, hashlib.sha256(path.read_bytes()).hexdigest()[:10])
    return versions[filename][1]
