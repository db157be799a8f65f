"""Real servers on this machine that speak the CRMs' documented formats, for what we send them.

A mood changes how the request that makes the lead or deal is answered: `gone` does it and says nothing, as if the
answer were lost; `garbage` and `odd` do it and answer what can't be read.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

Reply = tuple[int, Any]
MOODS = {
    "401": (401, {"message": "Authentication credentials not found."}), "429": (429, {"message": "Too many."}),
    "500": (500, {"message": "Internal error"}), "422": (422, {"message": "The stage is not one of ours."}),
    "302": (302, {}),
}  # fmt: skip
SILENT_SECONDS = 10.0


@dataclass
class Asked:
    """A request as it came."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass
class Fake:
    """One CRM: what it keeps, what it was asked, its mood."""

    mood: str = "ok"
    asked: list[Asked] = field(default_factory=list)
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)  # the leads or deals, by their number
    over: threading.Event = field(default_factory=threading.Event)
    instead: Callable[[Asked], Reply] | None = None  # answers everything, when set

    def __post_init__(self) -> None:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                parts = urlsplit(self.path)
                asked = Asked(
                    self.command, unquote(parts.path), dict(parse_qsl(parts.query)),
                    {name.lower(): value for name, value in self.headers.items()}, self.rfile.read(length),
                )  # fmt: skip
                fake.asked.append(asked)
                fake.reply(self, asked)

            do_POST = do_PATCH = do_GET  # noqa: N815 - the names http.server asks for

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)

    def reply(self, request: BaseHTTPRequestHandler, asked: Asked) -> None:
        makes = self.makes(asked)
        if makes and self.mood in MOODS:
            return self.send(request, *MOODS[self.mood])
        status, values = (self.instead or self.answer)(asked)
        if makes and self.mood == "gone":
            self.over.wait(SILENT_SECONDS)
            return None
        if makes and self.mood == "garbage":
            return self.send(request, 200, b"<html>welcome</html>")
        if makes and self.mood == "odd":
            return self.send(request, 200, {"deal_id": ["?"], "id": {}, "data": []})
        return self.send(request, status, values)

    def send(self, request: BaseHTTPRequestHandler, status: int, values: Any) -> None:
        body = values if isinstance(values, bytes) else b"" if values is None else json.dumps(values).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        if status == 429:
            request.send_header("Retry-After", "77")
        if status == 302:
            request.send_header("Location", f"{self.url}/elsewhere")
        request.end_headers()
        request.wfile.write(body)

    def makes(self, asked: Asked) -> bool:
        """Whether this request makes the lead or deal."""
        raise NotImplementedError

    def answer(self, asked: Asked) -> Reply:
        raise NotImplementedError

    def the_one(self) -> dict[str, Any]:
        """The only lead or deal there is."""
        (found,) = self.kept.values()
        return found

    def calls(self, *, makes: bool = True) -> list[Asked]:
        return [asked for asked in self.asked if self.makes(asked) is makes]
