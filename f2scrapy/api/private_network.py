"""Detect addresses of this machine and its local network; no platform serves files there."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import inet_aton
from urllib.parse import urlsplit


def is_private_url(url: str, sandbox: str = "") -> bool:
    """Return whether `url` names this machine, or one of the local network by its number.

    An address of the `sandbox` (F2_SANDBOX) is not private. Host names are resolved when a
    connection is made (`resolver.py`). An address that cannot be parsed is not private.
    """
    if sandbox and url.startswith(f"{sandbox.rstrip('/')}/"):
        return False
    try:
        return is_private_host(urlsplit(url).hostname or "")
    except ValueError:
        return False


def is_private_host(host: str) -> bool:
    """Return whether a number, or a name such as localhost, is private by itself."""
    host = host.rstrip(".")
    address = _parse_number(host)
    if address is None:
        return f".{host}".endswith((".localhost", ".localhost.localdomain"))
    odd = address.is_reserved or address.is_multicast or getattr(address, "sixtofour", None)
    return bool(odd) or not address.is_global  # IPv6 ranges that embed an IPv4 one are reserved


def _parse_number(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host if ":" in host else inet_aton(host))  # also 127.1, 0x7f000001 …
    except (OSError, ValueError):
        return None
