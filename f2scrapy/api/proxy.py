"""Proxy: the one of the environment that an address is asked through, by Scrapy or without it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from f2scrapy.errors import InputError

_OF = {"ws": "http", "wss": "https"}


def proxy_for(url: str) -> str | None:
    """What https_proxy or http_proxy says, or all_proxy; ws is asked as http is, wss as https.

    None = it is asked directly: this machine (the sandbox), what no_proxy names, no proxy set.

    Raises:
        InputError: it is no HTTP proxy.
    """
    parts = urlsplit(url)
    scheme, host = _OF.get(parts.scheme, parts.scheme), parts.hostname or ""
    proxies = getproxies()
    name = scheme if proxies.get(scheme) else "all"
    found = proxies.get(name)
    if not found or _is_here(host) or proxy_bypass(host):
        return None
    address = found if "://" in found else f"http://{found}"
    kind = address.partition("://")[0]  # the rest may hold a password
    if kind.lower() != "http":
        raise InputError(f"{name}_proxy: {kind}:// is not understood; want an HTTP proxy")
    if not _is_whole(address):
        raise InputError(f"{name}_proxy: no such address can be; want http://HOST:PORT")
    return address


def check(sandbox: str) -> None:
    """Find at once what is wrong with the proxies; who asks a sandbox (F2_SANDBOX) needs none.

    Raises:
        InputError: one is no HTTP proxy.
    """
    for scheme in ("https", "http"):
        proxy_for(sandbox or f"{scheme}://platform.invalid/")


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_whole(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
