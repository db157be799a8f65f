"""A hub for each test, without compiling the same addresses thousands of times.

Werkzeug writes and compiles two functions for each route of each app. They depend on nothing but the route's own words
and are given the rule they belong to, so a process needs them once. That is more than half of what a new hub costs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


@contextmanager
def compiled_once() -> Iterator[None]:
    """Within it, equal rules share what Werkzeug compiled for the first of them."""
    compile_builder = Rule._compile_builder
    known: dict[Any, Builder] = {}

    def remember(self: Rule, append_unknown: bool = True) -> Builder:
        # A default is written into the function as its converter says it, so such a rule is always compiled.
        if self.defaults:
            return compile_builder(self, append_unknown)
        words = (self.rule, tuple(self._trace), append_unknown)
        if words not in known:
            known[words] = compile_builder(self, append_unknown)
        return known[words]

    Rule._compile_builder = remember  # type: ignore[method-assign]
    try:
        yield
    finally:
        Rule._compile_builder = compile_builder  # type: ignore[method-assign]
