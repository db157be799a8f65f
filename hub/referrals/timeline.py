"""The flight recorder: one line per thing that happened to a referral, in words fit for each who reads it.

Everything comes from rows that exist anyway: facts, stage events, entries, claw-backs, notices. The advocate reads
plain sentences, the rep also amounts and deals, the manager everything with its numbers.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator

from hub.activity.models import Fact
from hub.core.registry import Moment
from hub.core.words import money, points
from hub.referrals import dossier, words
from hub.referrals.disputes import telling as disputes
from hub.referrals.dossier import Dossier
from hub.referrals.fairness import story as fairness
from hub.referrals.ladder import Rung, UnknownRungError
from hub.referrals.queries import Heard
from hub.referrals.rights import telling as rights

ORDER = {"said": 0, "checked": 1, "owner": 2, "deal": 3, "stage": 10, "paid": 20, "told": 30}
TOLD = {
    "referral.advanced": "where it stands",
    "referral.rewarded": "that the advocate was paid",
    "referral.repriced": "of points a new ladder added",
    "referral.submitted": "of the new referral",
    "referral.handed_over": "that it is theirs to follow up",
    "community.said": "that somebody wrote",
    "referral.in_review": "that its points wait",
    "referral.doubted": "that it waits for a look",
    "referral.review_released": "that its points are free",
    "referral.review_refused": "that its points were kept back",
    "referral.appeal_answered": "of the answer",
    "referral.waited": "of points that had waited",
}
EVERYBODY = ("advocate", "rep", "manager")


def about(subject: str) -> Iterator[Moment]:
    """The lines of one referral; nothing for other subjects."""
    prefix, _, number = subject.partition(":")
    if prefix != "referral" or not number.isdecimal():
        return
    file = dossier.open_file(int(number))
    if file is None:
        return
    for part in (_submitted, _facts, _stages, _payments, _decisions, _told):
        yield from part(file)
    for told in fairness.lines(file):
        yield from lines(**told)


def lines(
    at: dt.datetime, order: str, icon: str, kind: str, *, advocate: str = "", rep: str = "", manager: str = "",
    gained: int | None = None, manager_gained: int | None = None, quote: str | None = None, who: str | None = None,
) -> Iterator[Moment]:  # fmt: skip
    """One thing that happened: those who would read the same sentence share a line, and no sentence is no line."""
    readers: dict[str, list[str]] = defaultdict(list)
    for reader, text in zip(EVERYBODY, (advocate, rep or advocate, manager or rep or advocate), strict=True):
        if text:
            readers[text].append(reader)
    for text, audience in readers.items():
        yield Moment(
            at=at, text=text, icon=icon, kind=kind, order=ORDER[order], quote=quote, who=who,
            points=manager_gained if audience == ["manager"] else gained,
            audience=frozenset(audience),
        )  # fmt: skip


def _submitted(file: Dossier) -> Iterator[Moment]:
    referral, fact = file.referral, file.fact("referral.submitted")
    data = fact.data if fact else {}
    at = fact.happened_at if fact else referral.created_at
    contact = referral.title
    how = words.MODES.get(referral.mode, referral.mode)
    by, advocate = file.name(fact.by_id if fact else referral.advocate_id), file.advocate
    if referral.source == "import":
        said = mine = f"{advocate} introduced {contact}. It was taken over from a spreadsheet."
    elif fact and fact.by_id not in (None, referral.advocate_id):
        mine = f"You told {by} about {contact}, who wrote it down here."
        said = f"{advocate} told {by} about {contact}, who wrote it down."
    else:
        mine, said = f"You introduced {contact} {how}.", f"{advocate} introduced {contact} {how}."
    number = f" ({referral.code}, source {referral.source})"
    yield from lines(
        at, "said", "handshake", "calm", advocate=mine, rep=said, manager=said + number, gained=file.gained_at_first,
        quote=referral.why, who=advocate if referral.why else None,
    )  # fmt: skip
    yield from _checked(at, data.get("compared_by"))
    yield from _owned(file, at, data)


def _checked(at: dt.datetime, compared_by: object) -> Iterator[Moment]:
    if compared_by == "nothing":
        text = "There was neither e-mail nor telephone to compare with earlier introductions."
    elif compared_by in ("email", "phone"):
        what = "e-mail address" if compared_by == "email" else "telephone number"
        text = f"Nobody had introduced them before: compared by {what}."
    else:
        return
    yield from lines(at, "checked", "shield-check", "calm", advocate=text)


def _owned(file: Dossier, at: dt.datetime, data: dict[str, object]) -> Iterator[Moment]:
    owner_id, rule = data.get("owner_id"), str(data.get("owner_rule") or "none")
    if not data:
        return
    if not isinstance(owner_id, int):
        yield from lines(at, "owner", "user", "problem", advocate="We are finding somebody in sales to look after it.",
                         rep="No rule found an owner: neither the company nor the programme has a rep.")  # fmt: skip
        return
    name = file.name(owner_id)
    chosen = "who took it down" if file.submitted_by == owner_id else "chosen by hand"
    reasons = {"company": f"who looks after {file.company}", "programme": "who looks after this programme"}
    reason = {**reasons, "chosen": chosen}.get(rule, "")
    text = f"{name}{f', {reason},' if reason else ''} takes it from here."
    yield from lines(at, "owner", "user", "calm", advocate=text, manager=f"{text} (rule: {rule})")


def _facts(file: Dossier) -> Iterator[Moment]:
    for fact in file.facts:
        if fact.kind == "referral.deal_linked":
            text = f"{file.name(fact.by_id)} linked the CRM deal {fact.data['deal_id']}."
            yield Moment(at=fact.happened_at, text=text, icon="link", kind="calm", order=ORDER["deal"],
                         audience=frozenset({"rep", "manager"}))  # fmt: skip
        elif fact.kind == "referral.owner_changed":
            yield from _handed_over(file, fact)
        elif fact.kind == "referral.person_corrected":
            text = (
                f"{file.name(fact.by_id)} put their details right: {', '.join(fact.data.get('fields', []))}."
            )
            yield Moment(at=fact.happened_at, text=text, icon="pencil", kind="calm", order=ORDER["owner"],
                         audience=frozenset({"rep", "manager"}))  # fmt: skip
        elif fact.kind in rights.KINDS:
            yield rights.line(fact)
        elif fact.kind in (disputes.OPENED, disputes.DECIDED):
            yield from disputes.lines(fact, file.name(fact.by_id))
        elif fact.kind == "referral.version_changed":
            text = "The programme’s ladder changed, and this referral came along: it never pays less for it."
            extra = f" (version {fact.data['from']} to {fact.data['to']}, by {file.name(fact.by_id)})"
            yield from lines(fact.happened_at, "said", "layers", "calm", advocate=text, manager=text + extra)
        elif fact.kind == "referral.merged":
            text = "Sales found that this company was introduced before: the earlier referral goes on, this one rests. "
            text += "What it earned stays; what still waited goes on with the earlier one."
            extra = f" (goes on as referral {fact.data.get('into')})"
            yield from lines(fact.happened_at, "said", "layers", "calm", advocate=text, manager=text + extra)
    if file.claimed_at is not None:
        mine, said = (
            "You joined, and your points were waiting.",
            f"{file.advocate} joined; the points were waiting.",
        )
        yield from lines(file.claimed_at, "said", "user-plus", "calm", advocate=mine, rep=said)


def _handed_over(file: Dossier, fact: Fact) -> Iterator[Moment]:
    before, after = file.name(fact.data.get("from")), file.name(fact.data.get("to"))
    text = f"{after} looks after it now" + (f", instead of {before}." if fact.data.get("from") else ".")
    extra = f" {file.name(fact.by_id)} decided it."
    yield from lines(fact.happened_at, "owner", "user", "calm", advocate=text, manager=text + extra)


def _stages(file: Dossier) -> Iterator[Moment]:
    before: Rung | None = None
    top = 0
    for heard in file.events:
        rung = _rung(file, heard.event.to_rung)
        first = before is None and rung == file.ladder.first and not heard.note
        if not first:
            yield from _stage(file, heard, before, rung, top)
        before, top = rung, max(top, rung.position if rung.kind != "lost" else 0)


def _rung(file: Dossier, key: str) -> Rung:
    try:
        return file.ladder.rung(key)
    except UnknownRungError:  # a stage of an older version
        return Rung(key, key.replace("-", " ").capitalize(), 0, "open", 0)


def _stage(file: Dossier, heard: Heard, before: Rung | None, rung: Rung, top: int) -> Iterator[Moment]:
    event = heard.event
    gained = None if before is None and rung == file.ladder.first else file.gained.get(event.id)
    text = moved(file.contact, before, rung, top)
    worth = (
        f" Worth {money(event.amount_hundredths, event.currency)}."
        if event.amount_hundredths is not None
        else ""
    )
    source = words.SOURCES.get(event.source, f"by {event.source}")
    by = f" by {file.name(event.by_id)}" if event.by_id else ""
    numbers = f" (event {event.id}{f', delivery {event.delivery_id}' if event.delivery_id else ''}"
    late = (event.heard_at - event.happened_at).total_seconds() > 3600
    numbers += f", heard {event.heard_at:%d %b %Y %H:%M} UTC)" if late else ")"
    kind = {"won": "won", "lost": "calm"}.get(rung.kind, "stage")
    icon = {"won": "party-popper", "lost": "x"}.get(rung.kind, "trending-up")
    yield from lines(
        event.happened_at, "stage", icon, kind, advocate=text, rep=f"{text}{worth} Recorded {source}{by}.",
        manager=f"{text}{worth} Recorded {source}{by}{numbers}.", quote=heard.note,
        who=file.name(event.by_id or file.referral.owner_id) if heard.note else None, gained=gained,
    )  # fmt: skip


def moved(contact: str, before: Rung | None, rung: Rung, top: int) -> str:
    """A step in words: up, back, again, won, lost, reopened."""
    if rung.kind == "won":
        return (
            f"Won: {contact} is a customer."
            if top < rung.position
            else f"Won again: {contact} is a customer."
        )
    if rung.kind == "lost":
        if before is not None and before.kind == "won":
            return "The deal fell through after it was won."
        return "It ended without a deal. What the other stages earned stays."
    if before is not None and before.kind == "lost":
        return f"It came back to life, at {rung.label}."
    if before is not None and before.key == rung.key:
        return f"Still at {rung.label}, and confirmed."
    if before is not None and rung.position < before.position:
        return f"It went back from {before.label} to {rung.label}. Nothing is taken away for that."
    if before is None:
        return f"It began at {rung.label}."
    return f"It moved up from {before.label} to {rung.label}."


def _payments(file: Dossier) -> Iterator[Moment]:
    """What was booked. Advocates read points beside the stage that brought them; here, only what stands alone."""
    reached = {heard.event.to_rung for heard in file.events}
    for line in file.booked:
        entry, label = line.entry, _rung(file, line.rung_key).label if line.rung_key else ""
        skipped = bool(line.rung_key) and line.rung_key not in reached
        where = f"wallet of {line.company}" if line.company else ""
        beside = entry.reason == "promotion"
        mine = (
            paid_beside(entry.points, line.note, where)
            if beside
            else paid(entry.reason, entry.points, label, where, skipped=skipped)
        )
        numbers = f" (entry {entry.id}, account {entry.account_id}, key {entry.key})"
        alone = entry.id not in file.told_with_stage
        for text, audience in ((mine if alone else "", {"advocate", "rep"}), (mine + numbers, {"manager"})):
            if text:
                yield Moment(
                    at=file.told_at(line), text=text, icon="coins" if entry.points > 0 else "minus",
                    kind="paid" if entry.points > 0 else "calm", order=ORDER["paid"], points=entry.points,
                    quote=None if beside else line.note, audience=frozenset(audience),
                )  # fmt: skip


def paid(reason: str, amount: int, label: str, where: str, *, skipped: bool = False) -> str:
    """An entry in words. `where` names a wallet that isn't the advocate's own."""
    for_whom = f", into the {where}" if where else ""
    if reason == "referral_clawback":
        from_whom = f" from the {where}" if where else ""
        return f"Taken back{from_whom}: the deal is no longer won. The other stages stay paid."
    if reason == "referral_restored":
        return f"Returned in full{for_whom}: the deal is won again."
    if reason == "referral_stage" and skipped:
        return f"{label} was skipped, its {points(amount)} points are paid all the same{for_whom}."
    if reason == "referral_stage":
        return f"{points(amount)} points for {label}{for_whom}."
    return f"{points(abs(amount))} points {'added' if amount > 0 else 'taken off'} by hand{for_whom}."


def paid_beside(amount: int, note: str | None, where: str) -> str:
    """What was paid beside the ladder, and why: a promotion's name, the size of the deal, the n-th win."""
    for_whom = f", into the {where}" if where else ""
    if note is None:
        return f"{points(abs(amount))} points {'more' if amount > 0 else 'less'}: it was put right{for_whom}."
    return f"{points(amount)} points more{for_whom}: {note}."


def _decisions(file: Dossier) -> Iterator[Moment]:
    """Claw-backs that took less than they could: what was spent stays with the advocate."""
    for row in file.takings:
        if row.kind == "taken" and row.short_by:
            text = f"{points(row.short_by)} points were spent already: nobody takes those back."
            yield from lines(row.created_at, "paid", "shield-check", "calm", advocate=text)


def _told(file: Dossier) -> Iterator[Moment]:
    for notice in file.notices:
        text = f"{file.name(notice.member_id)} was told {TOLD.get(notice.kind, 'the news')} (notice {notice.id})."
        text += f" Read {notice.read_at:%d %b, %H:%M} UTC." if notice.read_at else " Not read yet."
        yield Moment(at=notice.created_at, text=text, icon="bell", kind="calm", order=ORDER["told"],
                     audience=frozenset({"manager"}))  # fmt: skip
