"""The coach beside the form: how well somebody fits the ideal customer, in plain hints. It never says no.

What it asks for is what the programme's profile speaks of, and nothing else: industry and size are asked only where
they matter.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.referrals.lead_terms import LeadTerms, Profile, Vetting

INDUSTRY, PEOPLE, OTHER = "industry", "people", "Another one"


@dataclass(frozen=True, slots=True)
class Hint:
    """One remark: whether it fits, and the sentence."""

    fits: bool
    says: str


def questions(terms: LeadTerms) -> list[Vetting]:
    """What the form asks beside the person: what the profile is about, then what sales wants to know."""
    profile, own = terms.profile, {question.key for question in terms.vetting}
    found = []
    if profile.industries and INDUSTRY not in own:
        options = (*profile.industries, OTHER)
        found.append(Vetting(key=INDUSTRY, label="Which industry?", kind="choice", options=options))
    if (profile.smallest or profile.largest) and PEOPLE not in own:
        found.append(Vetting(key=PEOPLE, label="How many people work there?"))
    return [*found, *terms.vetting]


def hints(profile: Profile, title: str | None, answers: Mapping[str, str]) -> list[Hint]:
    """What can be said of what was typed so far."""
    found = [
        _position(profile, title or ""), _industry(profile, answers.get(INDUSTRY, "")),
        _size(profile, answers.get(PEOPLE, "")),
    ]  # fmt: skip
    return [hint for hint in found if hint is not None]


def _position(profile: Profile, title: str) -> Hint | None:
    if not title.strip() or not (profile.positions or profile.levels):
        return None
    fits, decides = _has(title, profile.positions), _has(title, profile.levels)
    if (fits or not profile.positions) and (decides or not profile.levels):
        return Hint(True, f"{title.strip()}: just whom we hope to meet.")
    if fits:
        return Hint(
            False, f"The field fits. Best of all is {_either(profile.levels)}: do you know who decides there?"
        )
    if decides:
        return Hint(False, f"Somebody who decides, good. We help most in {_either(profile.positions)}.")
    wanted = _either(profile.positions or profile.levels)
    return Hint(False, f"We mostly talk with {wanted}. Say in a line why it fits all the same.")


def _industry(profile: Profile, industry: str) -> Hint | None:
    if not industry or not profile.industries:
        return None
    if _has(industry, profile.industries):
        return Hint(True, f"{industry}: we know that business well.")
    return Hint(False, f"We know {_either(profile.industries)} best. Tell us what is alike.")


def _size(profile: Profile, people: str) -> Hint | None:
    digits = re.sub(r"[\s.,’']", "", people)
    number = re.match(r"\d{1,9}", digits)
    if number is None or not (profile.smallest or profile.largest):
        return None
    count = int(number.group())
    if profile.smallest and count < profile.smallest:
        return Hint(
            False, f"Smaller than usual: most have {profile.smallest:,} people or more. Are they growing?"
        )
    if profile.largest and count > profile.largest:
        return Hint(
            False,
            f"Larger than usual: most have up to {profile.largest:,} people. Which part is it about?",
        )
    return Hint(True, f"{count:,} people: the right size.")


def _has(text: str, words: Sequence[str]) -> bool:
    said = text.casefold()
    return any(re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", said) for word in words)


def _either(words: Sequence[str]) -> str:
    named = [word.lower() if word[1:].islower() else word for word in words[:4]]
    return " or ".join(filter(None, [", ".join(named[:-1]), *named[-1:]]))
