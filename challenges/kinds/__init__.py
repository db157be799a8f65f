"""The kinds of steps: one file each, one shape (`Kind`), found by the name a step carries.

Every file of this folder is loaded; a class is made known with `@register`.
"""

import importlib
import pkgutil
from typing import TypeVar

from challenges.kinds.base import (
    Evidence,
    Given,
    Kind,
    Outcome,
    Progress,
    StepForm,
    Turn,
    Worth,
    a_line,
    a_number,
    a_text,
    is_link,
    wrong,
)

__all__ = [
    "KINDS", "Evidence", "Given", "Kind", "Outcome", "Progress", "StepForm", "Turn", "Worth", "a_line", "a_number",
    "a_text", "is_link", "register", "wrong",
]  # fmt: skip

KINDS: dict[str, Kind] = {}
K = TypeVar("K", bound=type[Kind])


def register(kind: K) -> K:
    """Makes a kind known under its name."""
    KINDS[kind.name] = kind()
    return kind


for _found in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_found.name}")
