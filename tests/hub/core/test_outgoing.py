"""Calls to typed-in addresses: never inwards, however disguised; one answer, bounded in time and size."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.core import outgoing
from hub.core.outgoing import Forbidden, NoAnswer, NotSent, call, goal, is_public

INNER = [
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.100.100.200", "168.63.129.16",
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.168.1.1", "198.18.0.1", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "2001:0:1::1", "2001:db8::1",
    "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "3fff::1", "nonsense", "",
]  # fmt: skip
OUTER = ["8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
ODD = [
    "gopher://example.com/", "file:///etc/passwd", "ftp://example.com/", "http://example.com/", "//example.com/",
    "https://", "https:///path", "https://user@example.com/", "https://user:pw@example.com/",
    "https://example.com@127.0.0.1/", "https://example.com\\@127.0.0.1/", "https://exa mple.com/",
    "https://example.com/\r\nHost: evil", "https://example.com:22/", "https://example.com:6379/",
    "https://example.com:99999/", "https://[::1%25lo]/", "https://exämple.com/", "https://１２７.0.0.1/",
    "https://-example.com/", "https://example..com/", "https://[fe80::1/", "javascript:alert(1)", "", "example.com",
    "https://" + "a" * 3000 + ".com/",
]  # fmt: skip
TYPED_INNER = [
    "https://127.0.0.1/", "https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://0177.0.0.1/",
    "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://localhost/", "https://localhost./",
    "https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "https://10.1.2.3/", "https://0/",
]  # fmt: skip


class Listener:
    """A server that counts who knocks."""

    def __init__(
        self, answer: Callable[[BaseHTTPRequestHandler], None], context: ssl.SSLContext | None = None
    ) -> None:
        self.seen: list[tuple[str, str, str | None]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                listener.seen.append((self.command, self.path, self.headers.get("Host")))
                answer(self)

            do_POST = do_GET  # noqa: N815 - the name http.server asks for

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context is not None:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


Serve = Callable[..., Listener]


@pytest.fixture
def serve() -> Iterator[Serve]:
    made: list[Listener] = []

    def start(
        answer: Callable[[BaseHTTPRequestHandler], None], context: ssl.SSLContext | None = None
    ) -> Listener:
        made.append(Listener(answer, context))
        return made[-1]

    yield start
    for listener in made:
        listener.close()


def says(status: int, body: bytes = b"{}", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


@pytest.mark.parametrize("address", INNER)
def test_what_is_not_out_in_the_world(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", OUTER)
def test_what_is(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("url", ODD)
def test_odd_addresses_are_refused_before_anything_is_asked(url: str) -> None:
    def never(host: str, port: int) -> Sequence[str]:
        raise AssertionError("it was resolved")

    with pytest.raises(Forbidden):
        call("GET", url, headers={}, resolve=never)


@pytest.mark.parametrize("url", TYPED_INNER)
def test_inner_addresses_are_refused_after_resolving(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def knock(*_: object, **__: object) -> socket.socket:
        raise AssertionError("a connection left")

    monkeypatch.setattr(socket, "create_connection", knock)
    with pytest.raises((Forbidden, NotSent)):
        call("GET", url, headers={})


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["2606:4700::1111", "fd00::1"]])
def test_one_inner_address_among_the_answers_is_enough(
    answers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("a connection left"))
    with pytest.raises(Forbidden, match="inner network"):
        call("GET", "https://rebinding.example.com/", headers={}, resolve=lambda *_: answers)


def test_the_name_is_resolved_once_and_the_answer_is_where_we_go(monkeypatch: pytest.MonkeyPatch) -> None:
    answers, went = [["93.184.216.34"], ["127.0.0.1"]], []

    def knock(address: tuple[str, int], timeout: float) -> socket.socket:
        went.append((address, timeout))
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", knock)
    with pytest.raises(NotSent, match="Connection refused"):
        call("GET", "https://rebinding.example.com/", headers={}, resolve=lambda *_: answers.pop(0))
    assert went == [(("93.184.216.34", 443), outgoing.SECONDS)]
    assert answers == [["127.0.0.1"]]


def test_nobody_of_that_name() -> None:
    with pytest.raises(NotSent, match="can't be found"):
        call("GET", "https://nobody.invalid/", headers={})


def test_an_address_taken_apart() -> None:
    found = goal("https://CRM.Example.com.:8443/a?b=c#d")
    assert (found.host, found.port, found.target) == ("crm.example.com", 8443, "/a?b=c")
    assert found.named == "crm.example.com:8443"
    assert goal("https://[2606:4700::1111]").named == "[2606:4700::1111]"


def test_redirects_are_not_followed(serve: Serve) -> None:
    inner = serve(says(200))
    outer = serve(says(302, Location=f"http://127.0.0.1:{inner.port}/latest/meta-data/"))
    answer = call("GET", f"http://127.0.0.1:{outer.port}/", headers={}, allow_private=True)
    assert (answer.status, inner.seen) == (302, [])


def test_a_proxy_of_the_surroundings_is_not_used(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, server = serve(says(200)), serve(says(200))
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    call("GET", f"http://127.0.0.1:{server.port}/", headers={}, allow_private=True)
    assert (len(server.seen), proxy.seen) == (1, [])


def test_a_long_answer_and_a_packed_one_are_none(serve: Serve) -> None:
    long, packed = serve(says(200, b"x" * 2000)), serve(says(200, b"x", Content_Encoding="gzip"))
    with pytest.raises(NoAnswer, match="longer than 1,000 bytes"):
        call("GET", f"http://127.0.0.1:{long.port}/", headers={}, most_bytes=1000, allow_private=True)
    with pytest.raises(NoAnswer, match="packed"):
        call("GET", f"http://127.0.0.1:{packed.port}/", headers={}, allow_private=True)


def test_an_answer_that_breaks_off_is_none(serve: Serve) -> None:
    short = serve(says(200, b"{", Content_Length="100"))
    with pytest.raises(NoAnswer, match="broke off"):
        call("GET", f"http://127.0.0.1:{short.port}/", headers={}, allow_private=True)


def test_silence_and_dripping_end_in_time(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def drip(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.0 200 OK\r\n")
        for _ in range(100):
            if over.wait(0.1):
                return
            request.wfile.write(b"X-Drip: 1\r\n")

    monkeypatch.setattr(outgoing, "SECONDS", 0.3)
    monkeypatch.setattr(outgoing, "AT_MOST_SECONDS", 0.7)
    for answer in (lambda _: over.wait(5), drip):
        server = serve(answer)
        started = time.monotonic()
        with pytest.raises(NoAnswer, match="no answer in time"):
            call("POST", f"http://127.0.0.1:{server.port}/", headers={}, body=b"{}", allow_private=True)
        assert time.monotonic() - started < 2
    over.set()


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for `name`, and a caller's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(1).not_valid_before(start).not_valid_after(start + dt.timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = folder / "both.pem"
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, form, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


def test_the_certificate_must_be_for_the_name_and_the_host_header_is_the_name(
    serve: Serve, tmp_path: Path
) -> None:
    context, trust = certificate(tmp_path, "crm.example.com")
    server = serve(says(200), context)

    def here(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    url = f"https://crm.example.com:{server.port}/a"
    assert call("GET", url, headers={}, allow_private=True, resolve=here, trust=trust).status == 200
    assert server.seen == [("GET", "/a", f"crm.example.com:{server.port}")]
    for other, believing in ((f"https://else.example.com:{server.port}/", trust), (url, None)):
        with pytest.raises(NotSent):
            call("GET", other, headers={}, allow_private=True, resolve=here, trust=believing)
    assert len(server.seen) == 1


def test_addresses_of_the_older_protocol_come_first() -> None:
    found = outgoing.resolve("localhost", 443)
    assert all(not is_public(each) for each in found)
    versions = [ipaddress.ip_address(each).version for each in found]
    assert versions == sorted(versions)
