"""The part of a programme's text file that speaks to those who are referred: [lead] and what is in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hub.referrals.lead_terms import (
    ASKS,
    KINDS,
    MOST_VETTING,
    NONE,
    SETTINGS,
    TYPES,
    LeadTerms,
    Profile,
    Vetting,
    Words,
)
from hub.referrals.textfile import Fields

TEXTS = ("headline", "welcome", "contact", "steps", "offer")
LONGEST_TEXT, LONGEST_LIST, LARGEST_FIRM = 5_000, 60, 10_000_000


def read_lead(fields: Fields) -> LeadTerms:
    """What [lead] says; the usual terms where it says nothing."""
    terms = LeadTerms(
        landing=_landing(fields.within("landing")),
        profile=_profile(fields.within("profile")),
        vetting=_vetting(fields),
        window_days=fields.number("window_days", default=NONE.window_days, least=1, most=365) or NONE.window_days,
        dispute_days=fields.number("dispute_days", default=NONE.dispute_days, least=1, most=90) or NONE.dispute_days,
        keep_days=fields.number("keep_days", default=NONE.keep_days, least=1, most=365) or NONE.keep_days,
        ask=fields.choice("ask", ASKS, default=NONE.ask),  # type: ignore[arg-type]
    )  # fmt: skip
    fields.close()
    return terms


def _landing(fields: Fields) -> dict[str, Words]:
    found = {kind: _words(fields.within(kind)) for kind in TYPES if fields.has(kind)}
    found[""] = _words(fields, close=False)
    for kind in TYPES:
        fields.take(kind)
    fields.close()
    return {kind: words for kind, words in found.items() if words != Words()}


def _words(fields: Fields, *, close: bool = True) -> Words:
    texts = {name: fields.text(name, default="", longest=LONGEST_TEXT, lines=True) for name in TEXTS}
    faq = read_faq(fields, "lead.landing.faq")
    if close:
        fields.close()
    return Words(faq=faq, **texts)


def read_faq(fields: Fields, where: str) -> tuple[tuple[str, str], ...]:
    """Questions and answers: a list of tables."""
    listed = fields.take("faq") or []
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        fields.wrong("faq", "is not a list of questions", f"write [[{where}]], then a question and an answer")
        return ()
    pairs = []
    for item in listed:
        entry = Fields(item, fields.problems, where)
        pairs.append((entry.text("question"), entry.text("answer", longest=LONGEST_TEXT, lines=True)))
        entry.close()
    return tuple(pairs)


def _profile(fields: Fields) -> Profile:
    lists = {
        name: tuple(fields.texts(name) or ())[:LONGEST_LIST] for name in ("positions", "levels", "industries")
    }
    smallest = fields.number("smallest", default=None, least=1, most=LARGEST_FIRM)
    largest = fields.number("largest", default=None, least=1, most=LARGEST_FIRM)
    if smallest and largest and smallest > largest:
        fields.wrong("largest", f"is {largest:,}, less than the smallest", "swap the two")
    fields.close()
    return Profile(**lists, smallest=smallest, largest=largest)


def _vetting(fields: Fields) -> tuple[Vetting, ...]:
    listed = fields.take("vetting") or []
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        fields.wrong("vetting", "is not a list of questions", "write [[lead.vetting]], then a label")
        return ()
    if len(listed) > MOST_VETTING:
        fields.wrong("vetting", f"has {len(listed)} questions", f"ask at most {MOST_VETTING}")
    found = [_question(Fields(item, fields.problems, "lead.vetting")) for item in listed]
    if len({question.key for question in found}) < len(found):
        fields.wrong("vetting", "has two questions with one key", "give each a key of its own")
    return tuple(found)


def _question(fields: Fields) -> Vetting:
    label = fields.text("label", longest=200)
    kind = fields.choice("kind", KINDS, default="text")
    options = tuple(fields.texts("options") or ())
    if (kind == "choice") != bool(options):
        fields.wrong(
            "options", "and kind don’t go together", 'give options with kind = "choice", and only there'
        )
    question = Vetting(
        key=fields.text("key", default=key_of(label), longest=40), label=label, kind=kind,  # type: ignore[arg-type]
        options=options, required=fields.yes_or_no("required", default=False),
    )  # fmt: skip
    fields.close()
    return question


def key_of(label: str) -> str:
    """The key that a question gets from its words: "How many people?" is how_many_people."""
    return re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:40].rstrip("_") or "question"


Quote = Callable[[str], str]


def dump_lead(terms: LeadTerms, quoted: Quote) -> list[str]:
    """The lines that say it; none for the usual terms."""
    if terms == NONE:
        return []
    settings = [f"{name} = {_value(getattr(terms, name), quoted)}" for name in SETTINGS
                if getattr(terms, name) != getattr(NONE, name)]  # fmt: skip
    lines = ["", "[lead]", *settings]
    for kind in ("", *TYPES):
        lines += _dump_words(
            terms.landing.get(kind, Words()), f"lead.landing{f'.{kind}' if kind else ''}", quoted
        )
    if terms.profile:
        said = {name: getattr(terms.profile, name) for name in Profile.__slots__}
        lines += ["", "[lead.profile]", *(f"{name} = {_value(v, quoted)}" for name, v in said.items() if v)]
    for question in terms.vetting:
        lines += [
            "",
            "[[lead.vetting]]",
            f"key = {quoted(question.key)}",
            f"label = {quoted(question.label)}",
        ]
        lines += [f"kind = {quoted(question.kind)}"] if question.kind != "text" else []
        lines += [f"options = {_value(question.options, quoted)}"] if question.options else []
        lines += ["required = true"] if question.required else []
    return lines


def _dump_words(words: Words, name: str, quoted: Quote) -> list[str]:
    if words == Words():
        return []
    lines = [
        "",
        f"[{name}]",
        *(f"{text} = {quoted(getattr(words, text))}" for text in TEXTS if getattr(words, text)),
    ]
    for question, answer in words.faq:
        lines += ["", f"[[{name}.faq]]", f"question = {quoted(question)}", f"answer = {quoted(answer)}"]
    return lines


def _value(value: Any, quoted: Quote) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(quoted, value))}]"
    return str(value) if isinstance(value, int) else quoted(value)
