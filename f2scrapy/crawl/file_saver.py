"""Save files with aiohttp's connections, which are three times as fast as those of the identity."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import normalize_bind_address

from f2scrapy.api.aiohttp_client import AiohttpEngine
from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.http_client import HttpResponse, Sending
from f2scrapy.api.resolver import PublicResolver, build_resolver, is_guarded
from f2scrapy.api.sandbox_url import to_sandbox
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.config.options import Options
from f2scrapy.crawl.file_fetcher import FileFetcher
from f2scrapy.crawl.identity_transport import IdentityTransport, await_headers, get_timeout
from f2scrapy.crawl.shared import get_options
from f2scrapy.download.transfer import SaveTo
from f2scrapy.platforms import find_platform


class FileSaver:
    """Saves the bodies of responses as files, for `MediaFile` requests with a `SaveTo`.

    A file that is refused with 403 is asked for once more through the connections of the identity:
    Douyin's image CDN refuses aiohttp's handshake for some covers (reports of 2026-06).

    The response has no body, status 200 and the flag "saved", and ``meta["saved"]`` holds a
    `Saved`. Responses other than 2xx are returned with at most `ERROR_BODY` bytes of their body.

    Settings: F2_SANDBOX; F2_STALL, the seconds without 1 kB until a file fails; F2_FSYNC, whether
    a file is synced to disk before it gets its final name. DOWNLOAD_TIMEOUT is the limit for the
    headers, in seconds; DOWNLOAD_MAXSIZE does not apply. The number of connections has no limit:
    see F2_MEDIA_CONCURRENCY.
    Stats: f2/requests (tries), f2/bytes (of media, received), f2/files, f2/resumed,
    f2/browser_tries (of files, after a 403).

    Raises Scrapy's download exceptions, for which a retry may help; BrokenContent and DiskError,
    for which it does not. Once the run is stopping, a file with a part on disk stops, a smaller
    one is completed.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        options = get_options(crawler)
        self._sandbox = options.sandbox
        self._identity = IdentityTransport(crawler)
        self._engine = AiohttpEngine(
            _build_resolver(crawler, options),
            verify=crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"),
            local_addr=normalize_bind_address(crawler.settings.get("DOWNLOAD_BIND_ADDRESS")),
        )
        self._files = FileFetcher(crawler, self._open, self._identity.open_file)

    async def close(self) -> None:
        await self._engine.close()
        self._files.close()

    async def save(self, request: Request, save: SaveTo) -> Response:
        return await self._files.fetch(request, save)

    def _open(
        self, asking: PreparedRequest, request: Request
    ) -> AbstractAsyncContextManager[HttpResponse]:
        url, proxy = asking.url, self._identity.find_proxy(request)
        if self._sandbox:  # no proxy can reach it
            url, proxy = to_sandbox(self._sandbox, url), None
        fields = [*asking.headers.items()]
        sending = Sending("GET", url, fields, b"", 0, proxy, get_timeout(request), unpack=False)
        is_guarded.set(True)  # a platform's answer names the host
        return await_headers(self._crawler, request, self._engine.open(sending))


def _build_resolver(crawler: Crawler, options: Options) -> PublicResolver | None:
    """Let no name of a platform's answer lead into the local network; None = of no platform."""
    platform = find_platform(crawler.spidercls.name)
    if not platform:
        return None
    profile = load_profile(platform, options.client, options.file_name)
    return build_resolver(profile, options.sandbox)
