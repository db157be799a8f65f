"""A Redis that takes calls and never answers, and one that nobody listens at."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hung() -> Iterator[str]:
    """The kernel takes the connections; nobody reads them."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}"


@contextmanager
def refused() -> Iterator[str]:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield f"redis://127.0.0.1:{port}"


AWAY = {"hung": hung, "refused": refused}
