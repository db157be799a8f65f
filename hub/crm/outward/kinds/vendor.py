"""Addresses of vendors: fixed, or below a domain of theirs."""

from hub.core.outgoing import Forbidden, goal
from hub.crm.outward.kinds.base import Wrong


def below(given: str | None, suffix: str, example: str, *, allow_private: bool) -> str:
    """`https://` and a host below the vendor's domain, from a host or an address. Refuses any other host."""
    typed = (given or "").strip().rstrip("/").lower()
    if not typed:
        raise Wrong("domain", f"name it, such as {example}")
    url = typed if "://" in typed else f"https://{typed}"
    try:
        to = goal(url, allow_private=allow_private)
    except Forbidden as error:
        raise Wrong("domain", str(error)) from None
    if allow_private and to.scheme == "http":
        return url
    if not to.host.endswith(suffix) or to.port != 443 or to.target != "/":
        raise Wrong("domain", f"it ends in {suffix}, such as {example}")
    return f"https://{to.host}"


def own(address: str, given: str | None, *, allow_private: bool) -> str:
    """The vendor's one address. A test's own server takes its place only where inner addresses are allowed."""
    if given and allow_private and given.startswith("http://"):
        return given.rstrip("/")
    if given and given.strip().rstrip("/") not in (address, address.removeprefix("https://")):
        raise Wrong("to", f"it is always {address}; leave it out")
    return address
