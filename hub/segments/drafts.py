"""What stands in the editor while somebody works on it: rules half filled in, moved, added and taken away.

A form's names say where a rule stands: `0-kind`, `0-types`, `1-match` (a group), `1-0-kind` (in it). Without a script
each button sends the form and gets it back changed; nothing is kept until it is saved.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from hub.segments.fields import Unclear
from hub.segments.rules import KINDS, Kind, Rules
from hub.segments.tree import MATCHES, MOST_RULES


@dataclass
class Line:
    """One rule in the editor; `problem` says what is wrong with it, and `at` in which of its fields."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    problem: str = ""
    at: str = ""

    @property
    def of(self) -> Kind:
        """Its kind."""
        return KINDS[self.kind]

    def given(self) -> dict[str, Any]:
        """As it was filled in."""
        return {"kind": self.kind, **self.values}


@dataclass
class Group:
    """Rules that go together."""

    match: str = "all"
    parts: list["Line | Group"] = field(default_factory=list)
    problem: str = ""

    @property
    def is_group(self) -> bool:
        """For templates, which can't ask for a type."""
        return True

    def given(self) -> dict[str, Any]:
        """As it was filled in."""
        return {"match": self.match, "rules": [part.given() for part in self.parts]}


def stored(rules: Rules) -> Group:
    """The editor's lines for rules as they are stored; a kind nobody knows any more is left out."""
    parts: list[Line | Group] = []
    for part in rules["rules"]:
        if "match" in part:
            parts.append(stored(part))
        elif part["kind"] in KINDS:
            parts.append(Line(part["kind"], KINDS[part["kind"]].shown(part)))
    return Group(rules["match"], parts)


def filled(form: MultiDict[str, str], prefix: str = "", depth: int = 2) -> Group:
    """The lines as they were sent."""
    match = form.get(f"{prefix}match", "all")
    group = Group(match if match in MATCHES else "all")
    for number in range(MOST_RULES + 1):
        here = f"{prefix}{number}-"
        if f"{here}kind" in form:
            line = _line(form, here)
            group.parts += [line] if line else []
        elif f"{here}match" in form and depth > 1:
            group.parts.append(filled(form, here, depth - 1))
    return group


def _line(form: MultiDict[str, str], here: str) -> Line | None:
    kind = KINDS.get(form[f"{here}kind"])
    if kind is None:
        return None
    values: dict[str, Any] = {}
    for one in kind.fields:
        sent = form.getlist(here + one.name)
        values[one.name] = sent if one.multiple else (sent[0] if sent else "")
    return Line(kind.name, values)


def act(group: Group, deed: str, kind: str) -> None:
    """What a button does: `add:` and `add:1` (a rule of this kind), `group:`, `remove:0`, `remove:1-0`."""
    verb, _, place = deed.partition(":")
    path = [int(step) for step in place.split("-") if step.isdecimal() and len(step) < 3]
    inner = _inner(group, path)
    if verb == "add" and inner is not None and kind in KINDS and len(inner.parts) < MOST_RULES:
        inner.parts.append(Line(kind, {one.name: one.start for one in KINDS[kind].fields}))
    elif verb == "group" and len(group.parts) < MOST_RULES:
        group.parts.append(Group("any"))
    elif verb == "remove" and path:
        holder = _inner(group, path[:-1])
        if holder is not None and path[-1] < len(holder.parts):
            del holder.parts[path[-1]]


def _inner(group: Group, path: Sequence[int]) -> Group | None:
    for step in path:
        part = group.parts[step] if step < len(group.parts) else None
        if not isinstance(part, Group):
            return None
        group = part
    return group


def clean(group: Group) -> dict[str, Any] | None:
    """The rules to be stored; None when something is unclear, which is then said beside it."""
    rules: list[Mapping[str, Any]] = []
    good = True
    for part in group.parts:
        found = clean(part) if isinstance(part, Group) else _clean_line(part)
        if isinstance(part, Group) and not part.parts:
            part.problem, found = "This group has no rule yet. Add one, or take the group away.", None
        if found is None:
            good = False
        else:
            rules.append(found)
    return {"match": group.match, "rules": rules} if good else None


def _clean_line(line: Line) -> dict[str, Any] | None:
    try:
        return {"kind": line.kind, **line.of.clean(line.values)}
    except Unclear as unclear:
        line.problem, line.at = str(unclear), unclear.field
        return None


def lines(group: Group) -> Iterator[Line]:
    """All rules, also those in groups."""
    for part in group.parts:
        if isinstance(part, Group):
            yield from lines(part)
        else:
            yield part
