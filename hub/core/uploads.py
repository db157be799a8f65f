"""Pictures that people send: looked at, drawn anew, kept under names we made, shown to those who may see them.

Nothing of what arrives is ever served: a picture is decoded, turned upright, scaled down and encoded again, so neither
a script hidden in it nor the place where it was taken survives. The type is read from the bytes, not from the name.
"""

import datetime as dt
import hashlib
import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from flask import Flask, Response, abort, current_app, g, request, session
from flask_login import current_user
from PIL import Image, ImageOps
from sqlalchemy import CheckConstraint, Index, select
from sqlalchemy.orm import Mapped, mapped_column

from hub.core.db import Base, Id, db
from hub.core.web import Blueprint

Purpose = Literal["evidence", "picture"]
MAX_BYTES = 8 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 2000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
TOO_MANY = "That picture has more than 40 million pixels. A smaller copy will do."
POLICY = "default-src 'none'; style-src 'none'; sandbox"
ALLOWED: list[Callable[["Upload", Any], bool]] = []

blueprint = Blueprint("uploads", __name__)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS  # Pillow itself refuses twice as many before it reads them


class Unusable(Exception):
    """What was sent isn't a picture we can take; the sentence says why, to the person who sent it."""


@dataclass(frozen=True)
class Drawn:
    """What became of the bytes somebody sent: a picture of ours, or why not."""

    clean: bytes = b""
    size: tuple[int, int] = (0, 0)
    why: str = ""


def init_app(app: Flask) -> None:
    """Draws what members send before their request's transaction begins: nobody waits for it on SQLite's one writer."""

    @app.before_request
    def draw_ahead() -> None:
        if request.mimetype == "multipart/form-data" and "_user_id" in session:
            g.drawn = {}
            for file in request.files.values():
                raw = file.stream.read(MAX_BYTES + 1)
                file.stream.seek(0)
                if raw and len(raw) <= MAX_BYTES:
                    g.drawn[raw] = _draw(raw)


def _draw(raw: bytes) -> Drawn:
    try:
        return Drawn(*redraw(raw))
    except Unusable as unusable:
        return Drawn(why=str(unusable))


class Upload(Base):
    """A picture. `digest` is of the bytes as they were sent, so that the same one is known again."""

    __tablename__ = "uploads"
    __table_args__ = (
        CheckConstraint("purpose IN ('evidence', 'picture')", name="purpose"),
        Index("ix_uploads_member", "member_id", "id"),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int]  # no key, for members sit downhill
    purpose: Mapped[str]
    digest: Mapped[str] = mapped_column(index=True)
    mime: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size_bytes: Mapped[int]
    created_at: Mapped[dt.datetime]

    @property
    def url(self) -> str:
        """Where it is shown."""
        return f"/uploads/{self.name}"


def keep(stream: IO[bytes], *, member_id: int, purpose: Purpose, now: dt.datetime) -> Upload:
    """Takes a picture in and keeps a clean copy of it.

    Refuses (Unusable) what isn't a JPEG, PNG, WebP or GIF, more than 8 MB, and more than 40 million pixels.
    """
    raw = stream.read(MAX_BYTES + 1)
    if not raw:
        raise Unusable("Choose a picture first.")
    if len(raw) > MAX_BYTES:
        raise Unusable("This file is larger than 8 MB. A smaller copy will do.")
    drawn = g.get("drawn", {}).get(raw) or _draw(raw)
    if drawn.why:
        raise Unusable(drawn.why)
    clean, (width, height) = drawn.clean, drawn.size
    name = f"{secrets.token_hex(16)}.webp"
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(clean)
    found = Upload(
        name=name, member_id=member_id, purpose=purpose, digest=hashlib.sha256(raw).hexdigest(), mime="image/webp",
        width=width, height=height, size_bytes=len(clean), created_at=now,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    return found


def redraw(raw: bytes) -> tuple[bytes, tuple[int, int]]:
    """The same picture in our own encoding, and its size. Refuses as `keep` does."""
    try:
        with Image.open(io.BytesIO(raw), formats=FORMATS) as sent:
            if sent.width * sent.height > MAX_PIXELS:
                raise Unusable(TOO_MANY)
            sent.draft("RGB", (MAX_SIDE, MAX_SIDE))
            upright = ImageOps.exif_transpose(sent)
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            flat = upright.convert("RGBA" if clear else "RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unusable(TOO_MANY) from error
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise Unusable("This isn’t a picture we can read. JPEG, PNG, WebP and GIF work.") from error
    # A new picture from the pixels alone: places, cameras, comments and profiles stay behind.
    bare = Image.new(flat.mode, flat.size)
    bare.paste(flat)
    out = io.BytesIO()
    bare.save(out, "WEBP", quality=82, method=4)
    return out.getvalue(), bare.size


def path_of(name: str) -> Path:
    """Where the file of an upload lies."""
    return Path(current_app.instance_path) / "uploads" / name[:2] / name


def get(upload_id: int) -> Upload | None:
    """One upload."""
    return db.session.get(Upload, upload_id)


def by_ids(ids: list[int]) -> dict[int, Upload]:
    """Uploads by their ids, in one query."""
    if not ids:
        return {}
    return {found.id: found for found in db.session.scalars(select(Upload).where(Upload.id.in_(ids)))}


def allows(rule: Callable[[Upload, Any], bool]) -> Callable[[Upload, Any], bool]:
    """Registers who may see evidence besides its owner: `fn(upload, member)`."""
    if rule not in ALLOWED:
        ALLOWED.append(rule)
    return rule


def may_see(upload: Upload, member: Any) -> bool:
    """Pictures of the hub are for every member; evidence for who sent it, managers, and whom a room admits."""
    if upload.purpose == "picture" or upload.member_id == member.id or member.roles & {"manager", "admin"}:
        return True
    return any(rule(upload, member) for rule in ALLOWED)


@blueprint.get("/uploads/<name>")
def show(name: str) -> Response:
    """A picture, to those who may see it. It can't run anything, whatever it holds."""
    found = _named(name)
    if found is None or not may_see(found, current_user):
        abort(404)
    path = path_of(found.name)
    if not path.is_file():
        abort(404)
    response = Response(path.read_bytes(), mimetype=found.mime)  # scaled down to 2,000 pixels: never large
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Disposition"] = "inline"
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.set_etag(found.name)
    response.make_conditional(request)
    return response


def _named(name: str) -> Upload | None:
    if not name.isascii() or not name.isprintable():
        return None
    return db.session.scalar(select(Upload).where(Upload.name == name))


def orphans(*, older_than: dt.datetime) -> list[Path]:
    """Files without a row: their transaction was undone after they were written."""
    folder = Path(current_app.instance_path) / "uploads"
    old = [path for path in folder.glob("??/*.webp") if path.stat().st_mtime < older_than.timestamp()]
    known = set()
    for start in range(0, len(old), 500):
        names = [path.name for path in old[start : start + 500]]
        known |= set(db.session.scalars(select(Upload.name).where(Upload.name.in_(names))))
    return [path for path in old if path.name not in known]
