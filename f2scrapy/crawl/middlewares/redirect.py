"""Follow the redirects of files, but not into the local network."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest

from f2scrapy.api.private_network import is_private_url
from f2scrapy.crawl.requests import PrivateNetworkAddress
from f2scrapy.crawl.shared import get_options


class PrivateNetworkRedirect(IgnoreRequest):
    """A redirect to this machine or its local network."""


def check_address(crawler: Crawler, request: Request) -> None:
    """Check the address of a file as a platform's answer gives it.

    Raises:
        PrivateNetworkAddress: it is one of this machine or its local network.
    """
    if is_private_url(request.url, get_options(crawler).sandbox):
        raise PrivateNetworkAddress("an address of the local network")


class QuietRedirectMiddleware(RedirectMiddleware):
    """Scrapy's middleware without its warning about Referers, which signing.py sets.

    Redirects into the local network fail: routers and printers there obey requests without login.
    """

    def _engine_started(self) -> None:
        """Do not look for a RefererMiddleware: there is none on purpose."""

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        if is_private_url(redirected.url, get_options(self.crawler).sandbox):
            raise PrivateNetworkRedirect("a redirect into the local network")
        return super()._redirect(redirected, request, reason)
