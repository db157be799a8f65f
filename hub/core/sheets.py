"""The hub's styles: one file per component in the tree, one request in the browser."""

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

NAME = "css/hub.css"  # lies beside its parts, so their relative addresses hold
FIRST = "reset.css"  # names the layers, so the order of the others doesn't matter


def init_app(app: Flask) -> None:
    """Serves static/css/*.css as one sheet, and gives templates its address, `stylesheet()`.

    It answers as the endpoint `static`, which is open, asks no database and may be kept.
    """
    app.extensions["stylesheet"] = ((), "", b"")
    app.jinja_env.globals["stylesheet"] = stylesheet

    def static(filename: str) -> Response:
        return sheet() if filename == NAME else app.send_static_file(filename)

    app.view_functions["static"] = static


def stylesheet() -> str:
    """The address of the whole sheet, with a version taken from its bytes."""
    return url_for("static", filename=NAME, v=_whole()[0])


def sheet() -> Response:
    """Every component's styles."""
    version, body = _whole()
    answer = Response(body, mimetype="text/css")
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
