"""Redirects of files are followed; what a request says of its origin is up to signing.py."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from socket import inet_aton
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest


class OwnNetwork(IgnoreRequest):
    """A redirect leads to this machine, or to one beside it."""


class QuietRedirectMiddleware(RedirectMiddleware):
    """Scrapy's, without the warning it has for projects that forgot about Referers.

    Nobody is led into the network he stands in: its routers and printers obey whoever asks.
    """

    def _engine_started(self) -> None:
        """No RefererMiddleware is looked for: there is none on purpose."""

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        if is_inside(redirected.url) and not self._is_sandboxs(redirected.url):
            raise OwnNetwork("a redirect into the own network")
        return super()._redirect(redirected, request, reason)

    def _is_sandboxs(self, url: str) -> bool:
        sandbox = self.crawler.settings["F2_SANDBOX"]
        return bool(sandbox) and url.startswith(f"{sandbox.rstrip('/')}/")


def is_inside(url: str) -> bool:
    """Whether `url` names this machine or one of the own network by its number.

    Names are not looked up: behind some proxies each of them has a number of such a kind.
    """
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
