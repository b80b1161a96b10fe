"""Find the HTTP or SOCKS5 proxy for an address: that of the program, or of the environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from f2scrapy.errors import InputError

_HTTP_SCHEMES = {"ws": "http", "wss": "https"}  # of the handshake
_KINDS = ("http", "socks5", "socks5h")  # socks5h: the proxy resolves the names
_FORMS = ", ".join(f"{kind}://HOST:PORT" for kind in _KINDS)
# "" = that of the environment, None = no proxy at all
_CHOSEN: ContextVar[str | None] = ContextVar("proxy", default="")


@contextmanager
def use_proxy(address: str) -> Iterator[None]:
    """Use this proxy for all addresses but this machine's, here and in tasks begun here.

    "" = that of the environment, or of an outer `use_proxy`.

    Raises:
        InputError: it is neither an HTTP nor a SOCKS5 proxy.
    """
    token = _CHOSEN.set(parse_proxy("proxy", address) if address else _CHOSEN.get())
    try:
        yield
    finally:
        _CHOSEN.reset(token)


def choose_proxy(address: str) -> None:
    """Use this proxy from here on, as within `use_proxy`.

    Raises:
        InputError: it is neither an HTTP nor a SOCKS5 proxy, or proxies are switched off.
    """
    if _CHOSEN.get() is None:
        raise _build_contradiction()
    _CHOSEN.set(parse_proxy("proxy", address))


def switch_off_proxies() -> None:
    """Use no proxy from here on, not even that of the environment.

    Raises:
        InputError: the program has chosen a proxy.
    """
    if _CHOSEN.get():
        raise _build_contradiction()
    _CHOSEN.set(None)


def are_proxies_off() -> bool:
    """Return whether `switch_off_proxies` was called."""
    return _CHOSEN.get() is None


def find_proxy(url: str) -> str | None:
    """Return the proxy for `url`: that of `use_proxy`, https_proxy or http_proxy, else all_proxy.

    ws is looked up as http, wss as https. None = no proxy: there is none, they are switched off,
    no_proxy names the host, or it is this machine (the sandbox).

    Raises:
        InputError: the proxy is neither an HTTP nor a SOCKS5 proxy.
    """
    parts = urlsplit(url)
    scheme, host = _HTTP_SCHEMES.get(parts.scheme, parts.scheme), parts.hostname or ""
    chosen = _CHOSEN.get()
    if chosen is None or _is_loopback(host):
        return None
    if chosen:
        return chosen
    proxies = getproxies()
    name = scheme if proxies.get(scheme) else "all"
    found = proxies.get(name)
    if not found or proxy_bypass(host):
        return None
    return parse_proxy(f"{name}_proxy", found)


def parse_proxy(name: str, address: str) -> str:
    """Return the address of a proxy with its kind; `name` begins the message of an error.

    Raises:
        InputError: the proxy is neither an HTTP nor a SOCKS5 proxy.
    """
    whole = address if "://" in address else f"http://{address}"
    kind, _, rest = whole.partition("://")  # the rest may hold a password
    if kind.lower() not in _KINDS:
        raise InputError(f"{name}: {kind}:// is not understood; want one of {_FORMS}")
    if not _is_valid(whole):
        raise InputError(f"{name}: this is no valid address; want one of {_FORMS}")
    return f"{kind.lower()}://{rest}"


def check_proxies(sandbox: str, hosts: Iterable[str]) -> None:
    """Check the proxies before the first request; with a sandbox (F2_SANDBOX) none is used.

    `hosts` are those that will be asked, all by https; an all_proxy that is for none of them is not
    checked.

    Raises:
        InputError: a proxy cannot be used.
    """
    if sandbox:
        return
    for host in hosts:
        find_proxy(f"https://{host}/")
    if getproxies().get("http"):  # for files of hosts that are not known before
        find_proxy("http://files.invalid/")


def list_proxy_passwords() -> list[str]:
    """Return the passwords of the proxies that `use_proxy` and the environment set."""
    addresses = [_CHOSEN.get() or "", *getproxies().values()]
    rests = [address.partition("://")[2] or address for address in addresses]
    users = [rest.rpartition("@")[0] for rest in rests]
    return [password for user in users if (password := user.partition(":")[2])]


def _build_contradiction() -> InputError:
    return InputError(
        "HTTPPROXY_ENABLED=False switches proxies off, and this run has one of its own (of its "
        "identity, or of the program): leave out one of both"
    )


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
