"""Redirects of files are followed; what a request says of its origin is up to signing.py."""

from __future__ import annotations

from typing import Any

from scrapy import Request
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.exceptions import IgnoreRequest

from f2scrapy.api.private_network import is_inside
from f2scrapy.crawl.shared import get_options


class OwnNetwork(IgnoreRequest):
    """A redirect leads to this machine, or to one beside it."""


class QuietRedirectMiddleware(RedirectMiddleware):
    """Scrapy's, without the warning it has for projects that forgot about Referers.

    Nobody is led into the network he stands in: its routers and printers obey whoever asks.
    """

    def _engine_started(self) -> None:
        """No RefererMiddleware is looked for: there is none on purpose."""

    def _redirect(self, redirected: Request, request: Request, reason: Any) -> Request:
        if is_inside(redirected.url, get_options(self.crawler).sandbox):
            raise OwnNetwork("a redirect into the own network")
        return super()._redirect(redirected, request, reason)
