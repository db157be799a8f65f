"""A programme as a text file: what `hurrah programme load FILE.toml` reads, and the same file written back.

The file's format is shown, with comments, in samples/aluv.toml. Reading tells everything that is wrong at
once; `read(dump(programme))` is the same programme.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, cast, get_args

from hub.referrals.extra_terms import dump_terms, read_terms
from hub.referrals.extras import Extras
from hub.referrals.ladder import Kind, Ladder, LadderError, Payee, Rung
from hub.referrals.lead_file import dump_lead, read_faq, read_lead
from hub.referrals.lead_terms import LeadTerms
from hub.referrals.standing import Policy
from hub.referrals.textfile import Fields, Problem, TextFileError, parse

AUDIENCES = ("customer", "partner", "employee")
PAGE_TEXTS = ("ideal_customer", "what_happens_next", "follow_up_promise", "reward_promise")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
LONGEST_TEXT = 5_000
# The unquoted keys of TOML are ASCII; any other name is written between quotes.
BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Policies:
    """`daily_cap` None is no cap; `member_percent` counts only when the payee is split."""

    clawback: Policy = "unspent"
    daily_cap: int | None = None
    hold_submission: bool = False
    payee: Payee = "member"
    member_percent: int = 100
    default_owner: str | None = None
    extras: Extras = field(default_factory=Extras)


@dataclass(frozen=True, slots=True)
class Page:
    """The texts of the programme's page; an empty one isn't shown. `faq` is (question, answer)."""

    ideal_customer: str = ""
    what_happens_next: str = ""
    follow_up_promise: str = ""
    reward_promise: str = ""
    faq: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProgrammeFile:
    """All that a programme's text file says. An audience holds at least one of AUDIENCES, in that order."""

    name: str
    slug: str
    audience: tuple[str, ...]
    ladder: Ladder
    policies: Policies = field(default_factory=Policies)
    page: Page = field(default_factory=Page)
    lead: LeadTerms = field(default_factory=LeadTerms)


def read(text: str | bytes) -> ProgrammeFile:
    """The programme in this text; refuses with TextFileError, which names every wrong field, why and what to
    do.
    """
    problems: list[Problem] = []
    fields = Fields(parse(text), problems)
    name = fields.text("name", longest=120)
    slug = _slug(fields)
    audience = _audience(fields)
    ladder = _ladder(fields)
    policies = _policies(fields.within("policies"))
    page = _page(fields.within("page"))
    lead = read_lead(fields.within("lead"))
    fields.close()
    if problems or ladder is None:
        raise TextFileError(problems)
    return ProgrammeFile(name, slug, audience, ladder, policies, page, lead)


def _slug(fields: Fields) -> str:
    slug = fields.text("slug", longest=60)
    if slug and not SLUG.fullmatch(slug):
        fields.wrong(
            "slug", f"is {slug!r}", "use a-z and 0-9, with single hyphens between, as in aluv-referrals"
        )
    return slug


def _audience(fields: Fields) -> tuple[str, ...]:
    listed = fields.texts("audience") if fields.has("audience") else list(AUDIENCES)
    fields.take("audience")
    for unknown in sorted(set(listed or ()) - set(AUDIENCES)):
        fields.wrong("audience", f"has {unknown!r}", f"use any of {', '.join(AUDIENCES)}")
    if listed == []:
        fields.wrong("audience", "is empty", "name at least one type, or leave the line out for everybody")
    return tuple(kind for kind in AUDIENCES if kind in (listed or ()))


def _ladder(fields: Fields) -> Ladder | None:
    table = fields.table("ladder")
    if not table:
        fields.wrong(
            "ladder", "is missing or empty", 'add [ladder] with a line per stage, as in "Meeting" = 2000'
        )
        return None
    rungs = [_rung(fields, label, value, place) for place, (label, value) in enumerate(table.items(), 1)]
    if None in rungs:
        return None
    try:
        return Ladder(tuple(rung for rung in rungs if rung))
    except LadderError as error:
        for sentence in error.problems:
            why, _, what_to_do = sentence.partition(": ")
            fields.wrong("ladder", why[:1].lower() + why[1:], what_to_do.rstrip(".") or "correct it")
        return None


def _rung(fields: Fields, label: str, value: Any, place: int) -> Rung | None:
    """One line of the ladder: `stage = total`, or `stage = {total, kind, key}`."""
    table = value if isinstance(value, dict) else {"total": value}
    unknown = sorted(set(table) - {"total", "kind", "key"})
    if unknown:
        fields.wrong(f"ladder.{label}", f"has {', '.join(unknown)}", "use total, kind and key only")
    if "total" not in table:
        fields.wrong(f"ladder.{label}", "has no total", "add total = the points earned on reaching it")
    if unknown or "total" not in table:
        return None
    key = table.get("key", key_of(label))
    kind = table.get("kind", key if key in ("won", "lost") else "open")
    if not isinstance(key, str) or not isinstance(kind, str):
        fields.wrong(
            f"ladder.{label}", "has a key or a kind that is not a text", "write both in double quotes"
        )
        return None
    return Rung(key, label.strip(), table["total"], cast(Kind, kind), place)


def key_of(label: str) -> str:
    """The key that a stage gets from its label when the file names none: "Demo held" is demo-held."""
    return re.sub(r"[^a-z0-9_]+", "-", label.casefold()).strip("-")[:40].rstrip("-")


def _policies(fields: Fields) -> Policies:
    payee = cast(Payee, fields.choice("payee", get_args(Payee), default="member"))
    percent = fields.number("member_percent", default=None, least=0, most=100)
    if payee == "split" and percent is None:
        fields.wrong("member_percent", "is missing", "say how many percent of the points the member gets")
    owner = fields.text("default_owner", default="", longest=254)
    if owner and not EMAIL.fullmatch(owner):
        fields.wrong("default_owner", f"is {owner!r}", "write the e-mail address of a rep")
    policies = Policies(
        clawback=cast(Policy, fields.choice("clawback", get_args(Policy), default="unspent")),
        daily_cap=fields.number("daily_cap", default=None, least=1, most=10_000),
        hold_submission=fields.yes_or_no("hold_submission", default=False),
        payee=payee,
        member_percent=100 if percent is None else percent,
        default_owner=owner or None,
        extras=read_terms(fields),
    )
    fields.close()
    return policies


def _page(fields: Fields) -> Page:
    texts = {name: fields.text(name, default="", longest=LONGEST_TEXT, lines=True) for name in PAGE_TEXTS}
    faq = read_faq(fields, "page.faq")
    fields.close()
    return Page(faq=faq, **texts)


def dump(programme: ProgrammeFile) -> str:
    """The text file of this programme, such that reading it gives the same programme."""
    lines = [
        f"name = {_quoted(programme.name)}",
        f"slug = {_quoted(programme.slug)}",
        f"audience = [{', '.join(map(_quoted, programme.audience))}]",
        "",
        "[ladder]  # stage = all that a referral has earned on reaching it",
        *map(_ladder_line, programme.ladder.rungs),
        "",
        "[policies]",
        *_policy_lines(programme.policies),
    ]
    page = programme.page
    texts = [f"{name} = {_quoted(getattr(page, name))}" for name in PAGE_TEXTS if getattr(page, name)]
    if texts:
        lines += ["", "[page]", *texts]
    for question, answer in page.faq:
        lines += ["", "[[page.faq]]", f"question = {_quoted(question)}", f"answer = {_quoted(answer)}"]
    lines += dump_lead(programme.lead, _quoted)
    return "\n".join(lines) + "\n"


def _ladder_line(rung: Rung) -> str:
    label = rung.label if BARE_KEY.fullmatch(rung.label) else _quoted(rung.label)
    extra = {}
    if rung.key != key_of(rung.label):
        extra["key"] = rung.key
    if rung.kind != (rung.key if rung.key in ("won", "lost") else "open"):
        extra["kind"] = rung.kind
    if not extra:
        return f"{label} = {rung.total}"
    return f"{label} = {{ total = {rung.total}{''.join(f', {k} = {_quoted(v)}' for k, v in extra.items())} }}"


def _policy_lines(policies: Policies) -> list[str]:
    lines = [
        f"clawback = {_quoted(policies.clawback)}",
        f"hold_submission = {'true' if policies.hold_submission else 'false'}",
        f"payee = {_quoted(policies.payee)}",
    ]
    if policies.payee == "split" or policies.member_percent != 100:
        lines.append(f"member_percent = {policies.member_percent}")
    if policies.daily_cap is not None:
        lines.append(f"daily_cap = {policies.daily_cap}")
    if policies.default_owner:
        lines.append(f"default_owner = {_quoted(policies.default_owner)}")
    return lines + dump_terms(policies.extras)


def _quoted(text: str) -> str:
    """A TOML text on one line, or on several when it has some. JSON's escapes are all TOML's too."""
    lines = [
        json.dumps(line, ensure_ascii=False)[1:-1].replace("\x7f", "\\u007f") for line in text.split("\n")
    ]
    return f'"{lines[0]}"' if len(lines) == 1 else '"""\n' + "\n".join(lines) + '"""'
