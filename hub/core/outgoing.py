"""Calls to addresses that somebody typed in: out into the world only, to one address, for one answer, soon.

A name is resolved once; every address it has must be a public one, and the connection goes to the address that was
looked at, under the name that was asked for. Nothing is followed anywhere else: no redirect, no proxy, no cookie.
"""

import contextlib
import functools
import http.client
import ipaddress
import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

SECONDS = 5.0
AT_MOST_SECONDS = 15.0  # whatever drips: the entire exchange
BYTES = 64_000
ADDRESSES = 3
PORTS = (443, 8443)
DEFAULT_PORTS = {"https": 443, "http": 80}
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*", re.ASCII)
TYPED = re.compile(r"[!-\[\]-~]+", re.ASCII)  # no space, no control, no backslash, nothing beyond ASCII

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Sequence[str]]

NOT_PUBLIC_4 = tuple(
    ipaddress.IPv4Network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
PUBLIC_6 = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class Forbidden(Exception):
    """An address that we never call. The reason is fit for the person who typed it."""


class NotSent(Exception):
    """Nobody was reached; nothing has left."""


class NoAnswer(Exception):
    """It was sent, and no whole answer came: it may or may not have arrived."""


@dataclass(frozen=True, slots=True)
class Goal:
    """An address taken apart."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def named(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON values. Raises ValueError when it isn't JSON."""
        try:
            return json.loads(self.body.decode("utf-8"))
        except RecursionError:
            raise ValueError("it is nested too deep") from None


def goal(url: str, *, allow_private: bool = False) -> Goal:
    """Takes an address apart without asking anybody. Refuses all but https on its usual ports, and any user info."""
    if len(url) > 2000 or not TYPED.fullmatch(url):
        raise Forbidden("It has a space, a backslash or a letter that addresses don't have.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden("It can't be read as an address.") from None
    if parts.scheme != "https" and not (allow_private and parts.scheme == "http"):
        raise Forbidden("It must begin with https://.")
    if "@" in parts.netloc:
        raise Forbidden("It must not hold a user name or a password.")
    host = (parts.hostname or "").removesuffix(".")
    if not HOST.fullmatch(host) and not _is_ipv6(host):
        raise Forbidden("It names no host, such as crm.example.com.")
    port = port or DEFAULT_PORTS[parts.scheme]
    if port not in PORTS and not allow_private:
        raise Forbidden(f"Port {port} is not one for web addresses; use 443.")
    return Goal(parts.scheme, host, port, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))


def _is_ipv6(host: str) -> bool:
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return "%" not in host


def is_public(address: str) -> bool:
    """Whether an address is out in the world: not ours, not a neighbour's, not a cloud's own, in no disguise."""
    try:
        found: Address = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or (
            ipaddress.IPv4Address(int(found) & 0xFFFFFFFF) if found in NAT64 else None
        )
        if inner is None:
            return found in PUBLIC_6 and not any(found in net for net in NOT_PUBLIC_6)
        found = inner
    return not any(found in net for net in NOT_PUBLIC_4)


def resolve(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, those of the older protocol first: not every server speaks the newer one."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(f"{host} can't be found.") from None
    ordered = sorted(found, key=lambda entry: entry[0] != socket.AF_INET)
    return list(dict.fromkeys(str(entry[4][0]) for entry in ordered))


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes = b"",
    most_bytes: int = BYTES,
    allow_private: bool = False,
    resolve: Resolve = resolve,
    trust: ssl.SSLContext | None = None,
) -> Answer:
    """Sends one request and gives the answer, redirects among them as they are.

    Raises Forbidden before anything leaves, NotSent when nobody was reached, NoAnswer when it may have arrived.
    """
    to = goal(url, allow_private=allow_private)
    addresses = resolve(to.host, to.port)[:ADDRESSES]
    if not allow_private and not all(is_public(each) for each in addresses):
        raise Forbidden(f"{to.host} is an address of an inner network.")
    plain = _connect(to, addresses, trust)
    sent = {"Host": to.named, "Accept-Encoding": "identity", "Connection": "close", **headers}
    late = threading.Event()
    with _watched(plain, late):
        return _exchange(plain, to, method, sent, body, most_bytes, late)


def _connect(to: Goal, addresses: Sequence[str], trust: ssl.SSLContext | None) -> socket.socket:
    """A connection to the first of the addresses that takes one; the certificate must be for the name."""
    reason = "no address"
    for address in addresses:
        try:
            plain = socket.create_connection((address, to.port), timeout=SECONDS)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            continue
        if to.scheme == "http":
            return plain
        try:
            return (trust or _trust()).wrap_socket(plain, server_hostname=to.host)
        except (OSError, ValueError) as error:
            plain.close()
            reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or str(error)
    raise NotSent(f"{to.host} can't be reached: {reason}.")


@functools.cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@contextlib.contextmanager
def _watched(plain: socket.socket, late: threading.Event) -> Iterator[None]:
    """Ends the connection when the whole exchange takes too long, however lively it drips."""

    def end() -> None:
        late.set()
        with contextlib.suppress(OSError):
            socket.socket.shutdown(plain, socket.SHUT_RDWR)

    timer = threading.Timer(AT_MOST_SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        plain.close()


def _exchange(
    plain: socket.socket, to: Goal, method: str, headers: Mapping[str, str], body: bytes, most: int,
    late: threading.Event,
) -> Answer:  # fmt: skip
    connection = http.client.HTTPConnection(to.host, to.port, timeout=SECONDS)
    connection.sock = plain
    try:
        connection.request(method, to.target, body=body or None, headers=dict(headers))
        response = connection.getresponse()
        content = response.read(most + 1)
    except (OSError, http.client.HTTPException) as error:
        reason = "no answer in time" if isinstance(error, TimeoutError) or late.is_set() else "it broke off"
        raise NoAnswer(f"{to.host}: {reason}.") from None
    finally:
        connection.close()
    found = {name.lower(): value for name, value in response.getheaders()}
    if late.is_set():
        raise NoAnswer(f"{to.host}: no answer in time.")
    if len(content) <= most and response.length:  # reading a piece at a time, http.client doesn't mind
        raise NoAnswer(f"{to.host}: it broke off.")
    if len(content) > most:
        raise NoAnswer(f"{to.host}: the answer is longer than {most:,} bytes.")
    if found.get("content-encoding", "identity").lower() != "identity":
        raise NoAnswer(f"{to.host}: the answer is packed.")
    return Answer(response.status, found, content)
