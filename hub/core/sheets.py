"""The hub's styles: one file per component in the tree, one request in the browser."""

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

from hub.core.assets import YEAR_SECONDS
from hub.core.web import public

FIRST = "reset.css"  # names the layers, so the order of the others doesn't matter


def init_app(app: Flask) -> None:
    """Serves static/css/*.css as one sheet, and gives templates its address, `stylesheet()`."""
    app.extensions["stylesheet"] = ((), "", b"")
    app.jinja_env.globals["stylesheet"] = stylesheet
    app.add_url_rule("/static/css/hub.css", "stylesheet", sheet)


def stylesheet() -> str:
    """The address of the whole sheet, with a version taken from its bytes."""
    return url_for("stylesheet", v=_whole()[0])


@public
def sheet() -> Response:
    """Every component's styles. It lies beside its parts, so their relative addresses hold."""
    version, body = _whole()
    answer = Response(body, mimetype="text/css")
    if request.args.get("v") == version:
        answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    answer.set_etag(version)
    answer.make_conditional(request)
    return answer


def _whole() -> tuple[str, bytes]:
    """Version and bytes: read once, and again after an edit while debugging."""
    marks, version, body = current_app.extensions["stylesheet"]
    if marks and not current_app.debug:
        return version, body
    parts = _parts(Path(current_app.static_folder or "") / "css")
    found = tuple((path.name, path.stat().st_mtime_ns) for path in parts)
    if found != marks:
        body = b"\n".join(path.read_bytes() for path in parts)
        version = hashlib.sha256(body).hexdigest()[:10]
        current_app.extensions["stylesheet"] = (found, version, body)
    return version, body


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.css"), key=lambda path: (path.name != FIRST, path.name))
