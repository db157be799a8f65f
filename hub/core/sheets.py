"""The hub's styles: one file per component in the tree, one request in the browser."""

import gzip
import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

NAME = "css/hub.css"  # lies beside its parts, so their relative addresses hold
# For pages that strangers see first: what they show and no more.
LIGHT = "css/light.css"
PARTS = {LIGHT: ("reset", "tokens", "fonts", "base", "button", "card", "form", "landing", "utilities")}
FIRST = "reset.css"  # names the layers, so the order of the others doesn't matter


def init_app(app: Flask) -> None:
    """Serves static/css/*.css as one sheet, and gives templates its address, `stylesheet()`.

    Another name is a sheet of some of them (PARTS). It answers as the endpoint `static`, which is open, asks no
    database and may be kept.
    """
    app.extensions["stylesheet"] = {}
    app.jinja_env.globals["stylesheet"] = stylesheet

    def static(filename: str) -> Response:
        return sheet(filename) if is_sheet(filename) else app.send_static_file(filename)

    app.view_functions["static"] = static


def is_sheet(filename: str) -> bool:
    """Whether this is put together from parts."""
    return filename == NAME or filename in PARTS


def stylesheet(name: str = NAME) -> str:
    """The address of a sheet, with a version taken from its bytes."""
    return url_for("static", filename=name, v=version(name))


def version(name: str = NAME) -> str:
    """The version of a sheet as it is served now."""
    return _whole(name)[0]


def sheet(name: str = NAME) -> Response:
    """Every component's styles, compressed for who takes it so: a fifth of the bytes."""
    version, body, small = _whole(name)
    packed = request.accept_encodings["gzip"] > 0
    answer = Response(small if packed else body, mimetype="text/css")
    if packed:
        answer.headers["Content-Encoding"] = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.set_etag(f"{version}-gzip" if packed else version)
    answer.make_conditional(request)
    return answer


def _whole(name: str) -> tuple[str, bytes, bytes]:
    """Version, bytes, and the bytes compressed: read once, and again after an edit while debugging."""
    kept = current_app.extensions["stylesheet"]
    marks, version, body, small = kept.get(name, ((), "", b"", b""))
    if marks and not current_app.debug:
        return version, body, small
    parts = _parts(Path(current_app.static_folder or "") / "css", name)
    found = tuple((path.name, path.stat().st_mtime_ns) for path in parts)
    if found != marks:
        body = b"\n".join(path.read_bytes() for path in parts)
        version = hashlib.sha256(body).hexdigest()[:10]
        small = gzip.compress(body, mtime=0)
        kept[name] = (found, version, body, small)
    return version, body, small


def _parts(folder: Path, name: str) -> list[Path]:
    if name in PARTS:
        return [folder / f"{part}.css" for part in PARTS[name]]
    return sorted(folder.glob("*.css"), key=lambda path: (path.name != FIRST, path.name))
