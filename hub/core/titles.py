"""What subjects are called: the questions of all rooms in one statement, however many rooms are asked."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, literal, null, select, union_all

from hub.core.db import db

Link = tuple[str, str]  # title, address


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A room's question for its titles: a SELECT of the id and up to three texts, and how a row of them is told."""

    query: Select[*tuple[Any, ...]]
    tell: Callable[..., Link]


def answers(asked: Mapping[str, Asked]) -> dict[str, Link]:
    """Subject → (title, address) for all questions at once; what isn't there is left out."""
    if not asked:
        return {}
    parts = [_part(prefix, one.query) for prefix, one in asked.items()]
    rows: dict[str, list[tuple[int, list[Any]]]] = defaultdict(list)
    for prefix, number, *words in db.session.execute(union_all(*parts)):
        rows[prefix].append((number, words))
    return {
        f"{prefix}:{number}": one.tell(number, *words[: len(one.query.selected_columns) - 1])
        for prefix, one in asked.items()
        for number, words in rows[prefix]
    }


def _part(prefix: str, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    number, *words = query.subquery().c
    texts = [cast(word, String) for word in words] + [cast(null(), String)] * (3 - len(words))
    return select(cast(literal(prefix), String), number, *texts)
