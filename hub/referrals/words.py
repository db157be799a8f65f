"""Referrals in words: where one stands, who does what next, how it came. Nothing here asks the database."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hub.core.words import points
from hub.members.addresses import is_disposable, is_role
from hub.referrals.ladder import Ladder, Rung
from hub.referrals.models import ProgrammeVersion, Referral

Viewer = Literal["advocate", "rep", "manager"]

MODE_LABELS = {
    "warm_email": "I’ll introduce you by e-mail",
    "form": "Get in touch, and say that I sent you",
    "phone": "I’ll tell them about you by telephone",
}
MODE_NOTES = {
    "warm_email": "The warmest way: you write to both, we answer within the day.",
    "form": "We write to them once, politely, with your name.",
    "phone": "You call first; we follow up when you have spoken.",
}
MODES = {
    "form": "through the form",
    "link": "over a personal link",
    "warm_email": "with a warm e-mail",
    "phone": "with a telephone call",
    "verbal": "in conversation",
}
SOURCES = {
    "hub": "in the hub",
    "crm": "in the CRM",
    "import": "in an imported spreadsheet",
    "api": "through the API",
    "manager": "by a manager, by hand",
    "rep": "by a sales rep, by hand",
    "person": "by the person themselves",
    "operator": "at the command line",
}
OWNER_RULES = {
    "company": "looks after the advocate’s company",
    "programme": "is the programme’s default owner",
    "chosen": "was chosen by hand",
    "import": "is named in the imported spreadsheet",
    "none": "no rule found anybody",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One rung as the ladder draws it."""

    key: str
    label: str
    total: int
    gain: int
    state: Literal["done", "here", "next", "ahead", "lost"]
    at: dt.datetime | None
    is_last: bool
    say: str = ""


def climb(
    ladder: Ladder,
    *,
    here: str,
    top: str,
    paid: Mapping[str, int] | None = None,
    at: Mapping[str, dt.datetime] | None = None,
    held: bool = False,
    waits: str = "",
) -> list[Step]:
    """The paying rungs, lowest first, of a referral that stands on `here` and once reached `top`.

    `waits` is said of rungs that were reached and not paid yet. A rung that was paid shows what was paid for it, also
    when today's ladder would pay something else.
    """
    stands, highest = _rung(ladder, here), _rung(ladder, top)
    reached = highest.position if highest and highest.kind != "lost" else 0
    steps = []
    for rung in ladder.paying:
        state = _state(rung, stands, reached)
        booked, skipped = (paid or {}).get(rung.key), at is not None and rung.key not in at
        steps.append(
            Step(
                key=rung.key, label=rung.label, total=rung.total, state=state, is_last=rung == ladder.won,
                gain=booked if booked is not None else ladder.amounts[rung.key], at=(at or {}).get(rung.key),
                say=_kept(rung, ladder, reached, booked, waits)
                or _say(rung, stands, reached, skipped=skipped, held=held),
            )
        )  # fmt: skip
    return _mark_next(steps, stands)


def _rung(ladder: Ladder, key: str) -> Rung | None:
    return next((rung for rung in ladder.rungs if rung.key == key), None)


def _state(rung: Rung, stands: Rung | None, reached: int) -> Literal["done", "here", "ahead", "lost"]:
    if stands is not None and stands.kind == "lost":
        return "lost" if rung.position == reached else "done" if rung.position < reached else "ahead"
    if stands is not None and rung.key == stands.key:
        return "here"
    return "done" if rung.position <= reached else "ahead"


def _mark_next(steps: list[Step], stands: Rung | None) -> list[Step]:
    if stands is not None and stands.kind != "open":
        return steps
    ahead = next((place for place, step in enumerate(steps) if step.state == "ahead"), None)
    if ahead is None:
        return steps
    step = steps[ahead]
    marked = Step(step.key, step.label, step.total, step.gain, "next", step.at, step.is_last, step.say)
    return [*steps[:ahead], marked, *steps[ahead + 1 :]]


def _say(rung: Rung, stands: Rung | None, reached: int, *, skipped: bool, held: bool) -> str:
    if rung.position > reached:
        return ""
    if held and rung.position == 1:
        return "Its points arrive with the next stage."
    if stands is not None and stands.kind == "open" and rung.position > stands.position:
        return "It went a step back. What it paid stays yours."
    if skipped:
        return "Skipped on the way, and paid all the same."
    return ""


def _kept(rung: Rung, ladder: Ladder, reached: int, booked: int | None, waits: str) -> str:
    if not waits or rung.position > reached or booked is not None or not ladder.amounts[rung.key]:
        return ""
    return f"Its {points(ladder.amounts[rung.key])} points wait. {waits}."


def drawn(version_ladder: Ladder) -> list[Step]:
    """A ladder nobody climbs yet: for the form and the editor."""
    return climb(version_ladder, here="", top="")


def next_step(referral: Referral, ladder: Ladder, viewer: Viewer, reader_id: int | None = None) -> str:
    """What happens next, in one sentence for whoever reads it; a rep is addressed when it is theirs to do."""
    owner = referral.owner.first_name if referral.owner else ""
    who = (
        "You" if viewer == "rep" and reader_id in (None, referral.owner_id) else owner or "Somebody in sales"
    )
    contact = referral.contact_name.split()[0] if referral.contact_name.strip() else "your contact"
    if viewer != "advocate" and contact == "your contact":
        contact = "the contact"
    if referral.merged_into_id is not None:
        return "It goes on with another referral to the same company, which came first."
    if referral.state == "won":
        return (
            f"Nothing: it is done. {contact} is a customer."
            if referral.contact_name
            else "Nothing: it is done."
        )
    if referral.state == "lost":
        return "It rests. If it comes back to life, the ladder goes on from here."
    if referral.owner is None:
        return "A manager finds somebody in sales to look after it."
    following = next_rung(referral, ladder)
    verb = "get" if who == "You" else "gets"
    if referral.rung == ladder.first.key:
        look = "look" if who == "You" else "looks"
        return f"{who} {look} at it and {verb} in touch with {contact}."
    work = "work" if who == "You" else "works"
    return f"{who} {work} towards {following.label}." if following else f"{who} {work} on it."


def next_rung(referral: Referral, ladder: Ladder) -> Rung | None:
    """The lowest rung that this referral hasn't reached; None at the top."""
    top = _rung(ladder, referral.highest_rung)
    reached = top.position if top else 0
    return next((rung for rung in ladder.paying if rung.position > reached), None)


def how_to_help(referral: Referral, ladder: Ladder) -> list[str]:
    """What the advocate could do now to move it along; nothing once it has ended."""
    owner = referral.owner.first_name if referral.owner else "us"
    if referral.state != "open" or referral.merged_into_id is not None:
        return []
    if referral.rung != ladder.first.key:
        contact = referral.contact_name.split()[0] if referral.contact_name.strip() else "your contact"
        return help_at_stage(ladder, referral.rung, contact, owner)
    if referral.mode == "warm_email":
        return [f"Write your introduction now, with {owner} in copy. Two sentences are enough."]
    if referral.mode == "phone":
        return [f"Call them, then tell {owner} here that you have spoken."]
    return [f"Let them know that {owner} will be in touch. A warm word beats a cold call."]


def help_at_stage(ladder: Ladder, rung_key: str, contact: str, owner: str) -> list[str]:
    """What helps at a stage beyond the first, by its place on the ladder: stages are called what a manager likes."""
    place = (
        [rung.key for rung in ladder.paying].index(rung_key)
        if _rung(ladder, rung_key) in ladder.paying
        else 1
    )
    if place >= len(ladder.paying) - 2:
        return [
            f"They are making up their minds. If {contact} asks how it went for you, tell them, the good and the bad.",
            f"Offer {owner} ten minutes on the telephone with them. Nobody is believed as you are.",
        ]
    if place == 1:
        return [
            f"Ask {contact} what they want to know first, and tell {owner}.",
            "A good word from you before the first talk helps most.",
        ]
    return [
        f"Ask {contact} how the talk went, and tell {owner} what you hear.",
        "Name one thing that got easier for you. It is what people remember.",
    ]


def state_words(referral: Referral, ladder: Ladder) -> str:
    """Where it stands, in two or three words."""
    if referral.merged_into_id is not None:
        return "Merged"
    rung = _rung(ladder, referral.rung)
    return rung.label if rung else "Waiting"


def owner_words(referral: Referral, rule: str) -> str:
    """Who looks after it and by which rule."""
    if referral.owner is None:
        return "Nobody looks after it yet: " + OWNER_RULES["none"] + "."
    return f"{referral.owner.name} looks after it: {OWNER_RULES.get(rule, rule)}."


def payee_words(version: ProgrammeVersion) -> str:
    """Who gets the points, when it isn't simply the advocate."""
    if version.payee == "company":
        return "The points go to your company."
    if version.payee == "split":
        return f"{version.member_percent} % of the points go to you, the rest to your company."
    return ""


def address_hint(email: str | None) -> str:
    """What would help with an address, said while it is typed; nothing is refused for it."""
    if is_disposable(email):
        return "This address is of a kind that is thrown away after use. With another one, points arrive at once."
    if is_role(email):
        return "This is an office’s address. A person’s own reaches them sooner."
    return ""


def listed(names: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def for_whom(audience: Collection[str]) -> str:
    """Customers and partners; everybody."""
    kinds = [f"{kind}s" for kind in ("customer", "partner", "employee") if kind in audience]
    return "everybody" if len(kinds) == 3 else listed(kinds)


def promise(ladder: Ladder) -> str:
    """What a programme pays, in one sentence."""
    first, whole = ladder.amounts[ladder.first.key], ladder.earned(ladder.won.key)
    if not whole:
        return "This programme pays no points."
    start = f"{points(first)} points as soon as you refer, " if first else ""
    return f"{start}{points(whole)} in total by the time it is {ladder.won.label.lower()}."
