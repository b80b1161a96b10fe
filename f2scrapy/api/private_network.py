"""Inside: what lies in the own network, where no platform has anything to lead us to."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import inet_aton
from urllib.parse import urlsplit


def is_inside(url: str, sandbox: str = "") -> bool:
    """Whether `url` names this machine or one of the own network by its number.

    What lies in the `sandbox` (F2_SANDBOX) is the platforms'. Names are not looked up: behind some
    proxies each of them has a number of such a kind.
    """
    if sandbox and url.startswith(f"{sandbox.rstrip('/')}/"):
        return False
    host = (urlsplit(url).hostname or "").rstrip(".")
    address = _number(host)
    if address is None:
        return f".{host}".endswith((".localhost", ".localhost.localdomain"))
    odd = address.is_reserved or address.is_multicast or getattr(address, "sixtofour", None)
    return bool(odd) or not address.is_global  # reserved are those that hold one of IPv4, too


def _number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host if ":" in host else inet_aton(host))  # also 127.1, 0x7f000001 …
    except (OSError, ValueError):
        return None
