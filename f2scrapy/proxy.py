"""Proxy: the one of the environment that an address is asked through, without Scrapy."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from f2scrapy.errors import InputError

_OF = {"ws": "http", "wss": "https"}


def proxy_for(url: str) -> str | None:
    """What https_proxy or http_proxy says, of http and ws as well as of https and wss.

    None = it is asked directly: this machine (the sandbox), what no_proxy names, no proxy set.

    Raises:
        InputError: it is no HTTP proxy.
    """
    parts = urlsplit(url)
    scheme, host = _OF.get(parts.scheme, parts.scheme), parts.hostname or ""
    found = getproxies().get(scheme)
    if not found or _is_here(host) or proxy_bypass(host):
        return None
    address = found if "://" in found else f"http://{found}"
    if not address.startswith("http://"):
        kind = urlsplit(address).scheme  # the rest may hold a password
        raise InputError(f"{scheme}_proxy: {kind}:// is not understood; want an HTTP proxy")
    return address


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
