"""A hub that answers on a port, for browsers and for programs that send webhooks."""

import threading
from dataclasses import dataclass
from types import TracebackType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, make_server


@dataclass
class Site:
    """An app behind a port of this machine, in threads of this process."""

    app: Flask
    url: str
    port: int
    server: BaseWSGIServer | None = None
    thread: threading.Thread | None = None

    def __enter__(self) -> "Site":
        self.server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.server.daemon_threads = True  # type: ignore[attr-defined]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.server is not None
        assert self.thread is not None
        self.server.shutdown()
        self.thread.join(5)
        self.server.server_close()
