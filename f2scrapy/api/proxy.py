"""Find the HTTP proxy that the environment sets for an address, with or without Scrapy."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from f2scrapy.errors import InputError

_HTTP_SCHEMES = {"ws": "http", "wss": "https"}  # of the handshake


def find_proxy(url: str) -> str | None:
    """Return the proxy for `url`: https_proxy or http_proxy, else all_proxy.

    ws is looked up as http, wss as https. None = no proxy: there is none, or no_proxy names the
    host, or it is this machine (the sandbox).

    Raises:
        InputError: the proxy is no HTTP proxy.
    """
    parts = urlsplit(url)
    scheme, host = _HTTP_SCHEMES.get(parts.scheme, parts.scheme), parts.hostname or ""
    proxies = getproxies()
    name = scheme if proxies.get(scheme) else "all"
    found = proxies.get(name)
    if not found or _is_loopback(host) or proxy_bypass(host):
        return None
    address = found if "://" in found else f"http://{found}"
    kind = address.partition("://")[0]  # the rest may hold a password
    if kind.lower() != "http":
        raise InputError(f"{name}_proxy: {kind}:// is not understood; want an HTTP proxy")
    if not _is_valid(address):
        raise InputError(f"{name}_proxy: this is no valid address; want http://HOST:PORT")
    return address


def check_proxies(sandbox: str) -> None:
    """Check the proxies before the first request; with a sandbox (F2_SANDBOX) none is used.

    Raises:
        InputError: a proxy is no HTTP proxy.
    """
    for scheme in ("https", "http"):
        find_proxy(sandbox or f"{scheme}://platform.invalid/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_valid(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
