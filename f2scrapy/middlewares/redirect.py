"""Redirects of files are followed; what a request says of its origin is up to signing.py."""

from scrapy.downloadermiddlewares.redirect import RedirectMiddleware


class QuietRedirectMiddleware(RedirectMiddleware):
    """Scrapy's, without the warning it has for projects that forgot about Referers."""

    def _engine_started(self) -> None:
        """No RefererMiddleware is looked for: there is none on purpose."""
