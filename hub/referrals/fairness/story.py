"""Reviews in the timeline of a referral: the advocate reads kind words, the rep that it waits, the manager
everything."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from hub.activity.models import Fact
from hub.core.words import points
from hub.referrals.fairness.signals.known import every_signal
from hub.referrals.fairness.words import kindly

if TYPE_CHECKING:
    from hub.referrals.dossier import Dossier


def lines(file: "Dossier") -> Iterator[dict[str, Any]]:
    """What `timeline.lines` takes, one for each thing that happened."""
    for fact in file.facts:
        tell = TOLD.get(fact.kind)
        if tell is not None:
            yield {"at": fact.happened_at, "order": "checked", "kind": "calm", **tell(file, fact)}


def _opened(file: "Dossier", fact: Fact) -> dict[str, Any]:
    why = " ".join(kindly(file.reviews))
    known = every_signal()
    seen = ", ".join(known[name].title.lower() for name in fact.data.get("signals", ()) if name in known)
    return {
        "icon": "scale",
        "advocate": f"Somebody looks at it before its points arrive. {why} Nothing is lost.".replace("  ", " "),
        "rep": "Its points wait until a manager has looked at it. Go on as usual.",
        "manager": f"Its points wait: a score of {fact.data.get('score', 0)} for {seen or 'what the signals saw'}.",
    }  # fmt: skip


def _asked(_file: "Dossier", fact: Fact) -> dict[str, Any]:
    waits = points(fact.data.get("points", 0))
    return {
        "icon": "badge-check",
        "advocate": f"{waits} points wait for a manager’s go-ahead, as this programme does for large stages.",
        "rep": "Its points wait for a manager’s go-ahead.",
        "manager": f"{waits} points wait for a manager’s go-ahead: the programme’s limit.",
    }  # fmt: skip


def _second(_file: "Dossier", fact: Fact) -> dict[str, Any]:
    return {
        "icon": "users", "advocate": "More points are due now, so a second person looks at it, too.",
        "rep": "A second manager looks at it.",
        "manager": f"{points(fact.data.get('points', 0))} points are more than one person releases: a second looks.",
    }  # fmt: skip


def _released(file: "Dossier", fact: Fact) -> dict[str, Any]:
    by, got = file.name(fact.by_id), fact.data.get("points", 0)
    got_words = f" {points(got)} points were let go." if got else ""
    return {
        "icon": "badge-check", "advocate": f"It was looked at, and all is well.{got_words}",
        "rep": f"It was looked at, and all is well.{got_words}",
        "manager": f"{by} released it (review {fact.data.get('review')}).{got_words}",
    }  # fmt: skip


def _refused(file: "Dossier", fact: Fact) -> dict[str, Any]:
    return {
        "icon": "scale",
        "advocate": "It was looked at, and its points were kept back. The words are above; say how you see it.",
        "rep": "Its points were kept back.",
        "manager": f"{file.name(fact.by_id)} kept its points back (review {fact.data.get('review')}).",
    }  # fmt: skip


def _appealed(file: "Dossier", fact: Fact) -> dict[str, Any]:
    return {
        "icon": "message-circle", "advocate": "You said how you see it.",
        "rep": f"{file.advocate} said how they see it.",
        "manager": f"{file.advocate} appealed (review {fact.data.get('review')}).",
    }  # fmt: skip


def _answered(file: "Dossier", fact: Fact) -> dict[str, Any]:
    return {
        "icon": "message-circle", "advocate": "Somebody else read what you said, and answered.",
        "rep": "The appeal was answered.",
        "manager": f"{file.name(fact.by_id)} answered the appeal: it stands (review {fact.data.get('review')}).",
    }  # fmt: skip


TOLD = {
    "referral.review_opened": _opened,
    "referral.approval_asked": _asked,
    "referral.review_second": _second,
    "referral.review_released": _released,
    "referral.review_lifted": _released,
    "referral.review_refused": _refused,
    "referral.review_appealed": _appealed,
    "referral.appeal_answered": _answered,
}
