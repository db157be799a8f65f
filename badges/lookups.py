"""What rules ask of the ladders: the stages there are, and which rungs lie at or above one."""

from collections import defaultdict

from flask import g, has_request_context
from sqlalchemy import select

from hub.core.db import db
from hub.referrals.models import ProgrammeVersion

Rungs = list[tuple[str, str, str]]


def _ladders() -> dict[int, Rungs]:
    """Every version's rungs that aren't an end without a deal: (key, label, kind). Asked once for each page."""
    if has_request_context() and "badge_ladders" in g:
        kept: dict[int, Rungs] = g.badge_ladders
        return kept
    rows = db.session.execute(
        select(ProgrammeVersion.id, ProgrammeVersion.rungs).order_by(ProgrammeVersion.id.desc())
    )
    found = {
        version_id: [(rung["key"], rung["label"], rung["kind"]) for rung in rungs if rung["kind"] != "lost"]
        for version_id, rungs in rows
    }
    if has_request_context():
        g.badge_ladders = found
    return found


def stages() -> dict[str, str]:
    """All stages by key, as the newest ladder that has them calls them, lowest first."""
    found: dict[str, str] = {}
    for rungs in _ladders().values():
        for key, label, _kind in rungs:
            found.setdefault(key, label)
    return found


def rungs_from(stage: str) -> list[tuple[list[str], list[int]]]:
    """This rung and those above it: (keys, the versions whose ladders say so)."""
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for version_id, rungs in _ladders().items():
        keys = [key for key, _label, _kind in rungs]
        if stage in keys:
            groups[tuple(keys[keys.index(stage) :])].append(version_id)
    return [(list(keys), ids) for keys, ids in groups.items()]
