"""What publishing a programme's text file would change, in sentences for the person who is about to do it."""

from hub import members
from hub.referrals import queries
from hub.referrals.extra_terms import changes as beside
from hub.referrals.programme_file import ProgrammeFile
from hub.referrals.programmes import as_file, difference


def changes(wanted: ProgrammeFile) -> list[str]:
    """Each difference from the programme that is published under the file's slug, and what to think twice about."""
    programme = queries.programme_with_version(wanted.slug)
    if programme is None or programme.version_id is None:
        rungs = " · ".join(f"{rung.label} {rung.total:,}" for rung in wanted.ladder.rungs)
        return [f"New programme {wanted.name} ({wanted.slug}): {rungs}.", *wanted.ladder.warnings()]
    version = programme.version
    owner = members.get(version.default_owner_id) if version.default_owner_id else None
    current = as_file(programme, version, owner.email if owner else None)
    if current == wanted:
        return [f"{wanted.name} ({wanted.slug}) is as the file says already."]
    told = difference(programme.id, version, wanted.ladder).sentences
    told += _fields(current, wanted)
    return [*told, *wanted.ladder.warnings(), "Referrals under way keep the version they began under."]


def _fields(current: ProgrammeFile, wanted: ProgrammeFile) -> list[str]:
    """The fields beside the ladder. Texts of the page are only named: they are long."""
    found = [
        f"{name}: {_shown(getattr(current, name))} becomes {_shown(getattr(wanted, name))}."
        for name in ("name", "audience")
        if getattr(current, name) != getattr(wanted, name)
    ]
    for name in type(wanted.policies).__slots__:
        old, new = getattr(current.policies, name), getattr(wanted.policies, name)
        if old != new and name == "extras":
            found += beside(old, new)
        elif old != new:
            found.append(f"policies.{name}: {_shown(old)} becomes {_shown(new)}.")
    texts = [
        name
        for name in type(wanted.page).__slots__
        if getattr(current.page, name) != getattr(wanted.page, name)
    ]
    terms = [
        name
        for name in type(wanted.lead).__slots__
        if getattr(current.lead, name) != getattr(wanted.lead, name)
    ]
    return (
        found
        + [f"page.{name} has another text." for name in texts]
        + [f"lead.{name} is another." for name in terms]
    )


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(value) if isinstance(value, tuple) else str(value)
