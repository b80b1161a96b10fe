"""Download response bodies to memory, and media files to disk with resume."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    aclosing,
    asynccontextmanager,
    closing,
)
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import aiohttp
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from scrapy.http import Headers, Response
from scrapy.utils._download_handlers import make_response

from f2scrapy.api.aiohttp_client import BrowserRequest, SocksConnector, build_tls_context
from f2scrapy.api.browser_headers import insert_headers
from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.http_client import Failure, HttpError, HttpResponse
from f2scrapy.api.resolver import build_resolver, find_private_address, is_guarded
from f2scrapy.api.sandbox_url import to_sandbox
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.config.options import Options
from f2scrapy.crawl.requests import (
    PREPARED,
    MediaFile,
    PrivateNetworkAddress,
    get_purpose,
    is_stopping,
    refuse_long,
)
from f2scrapy.crawl.shared import close_http_client, get_gate, get_http_client, get_options
from f2scrapy.download.part_file import DiskError, PartJournal
from f2scrapy.download.ranges import Extent, parse_extent
from f2scrapy.download.transfer import BLOCK, BrokenContent, SaveTo, StalePart, Transfer, Truncated
from f2scrapy.errors import Outcome, Refused
from f2scrapy.platforms import find_platform

ERROR_BODY = 1 << 16  # bytes of a refusal's body to read: enough to classify it
TRICKLE = 1000  # fewer bytes within F2_STALL seconds count as none
# So many on average of the last SLOW_STALLS times F2_STALL count as none, too: 270 bytes a second,
# at which a picture takes an hour. A server that drips would hold a file for days.
SLOW = 8000
SLOW_STALLS = 10

transfer_started = object()
"""Signal with `transfer` (a `Transfer`), sent when the body of a media file begins.

A progress bar reads its `received` and `total` until `ended.is_set()`.
"""


class _Compressed(Exception):
    """The server has compressed a file."""


class WrongRange(DownloadFailedError):
    """The server sends another part of the file than was requested; a retry may help."""


_ERRORS: dict[Failure, type[Exception]] = {
    Failure.TIMEOUT: DownloadTimeoutError,
    Failure.UNKNOWN_HOST: CannotResolveHostError,
    Failure.REFUSED: DownloadConnectionRefusedError,
    Failure.CERTIFICATE: DownloadConnectionRefusedError,
    Failure.CUT: ResponseDataLossError,
    Failure.TOO_LONG: DownloadCancelledError,
    Failure.BAD_ADDRESS: UnsupportedURLSchemeError,
    Failure.PRIVATE: PrivateNetworkAddress,
}


class _WireHeaders(Headers):
    """Scrapy's headers, sent in the order and spelling of `wire`."""

    wire: Mapping[str, str]

    def to_tuple_list(self) -> list[tuple[str, str]]:
        return [*self.wire.items()]


@dataclass
class _Arrival:
    """A response to a request for a file, before its body."""

    args: Any  # of `make_response`, but for the body
    chunks: AsyncIterator[bytes]


_Open = Callable[[Request, Request], AbstractAsyncContextManager[_Arrival]]


class TransportHandler(AiohttpDownloadHandler):
    """Scrapy download handler for http and https.

    Requests of interfaces, pages and tokens go through the connections of the crawl's identity,
    which look like its browser's. Files, and requests of a user's own spider, go through aiohttp,
    which is three times as fast; a file that is refused with 403 is asked for once more through the
    former (Douyin's image CDN refuses aiohttp's handshake for some covers: reports of 2026-06).

    The body of a `MediaFile` with a `SaveTo` goes to disk: its response has no body, status 200
    and the flag "saved", and ``meta["saved"]`` holds a `Saved`. Responses other than 2xx are
    returned with at most ERROR_BODY bytes of their body.

    Settings: F2_SANDBOX; F2_STALL, the seconds without 1 kB until a media file fails; F2_FSYNC,
    whether a media file is synced to disk before it gets its final name. DOWNLOAD_TIMEOUT is the
    limit for the headers of a media file, in seconds; DOWNLOAD_MAXSIZE does not apply to it.
    Stats: f2/requests (tries), f2/bytes (of media, received), f2/files, f2/resumed,
    f2/browser_tries (of files, after a 403).

    Raises for media files: Scrapy's download exceptions, for which a retry may help; BrokenContent
    and DiskError, for which it does not. Raises for all requests: Refused (INTERRUPTED) once the
    run is stopping; a file with a part on disk then stops, a smaller one is completed.
    """

    lazy = True
    experimental = False  # no warning for users: our own tests check the handler

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        options = get_options(crawler)
        self._sandbox = options.sandbox
        self._stall = options.stall
        self._durable = options.fsync
        self._gate = get_gate(crawler)
        self._active: dict[Path, Transfer] = {}
        self._disk = ThreadPoolExecutor(8, thread_name_prefix="disk")
        self._use_connector(verify=crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"))
        self._guard_names(options)
        self._session._request_class = BrowserRequest
        self._session._retry_connection = False  # `outcome.py` retries with a new signature
        # Scrapy 2.19 warns once with the signed address; the retry logs the same without it.
        self._fail_on_dataloss_warned = True

    async def close(self) -> None:
        await close_http_client(self.crawler)
        await self._unused_connector.close()
        await super().close()
        self._disk.shutdown()

    async def download_request(self, request: Request) -> Response:
        if is_stopping(self.crawler):
            raise Refused(Outcome.INTERRUPTED, "the run was stopped before it")
        purpose = get_purpose(request)
        sent: PreparedRequest | None = request.meta.get(PREPARED)
        if sent and not isinstance(purpose, MediaFile):
            async with self._gate.take_turn(request):
                return await self._ask(request, sent)
        save = purpose.save_to if isinstance(purpose, MediaFile) else None
        if save is None:
            response = await super().download_request(request)
            if sent and response.status == 403:
                self.crawler.stats.inc_value("f2/browser_tries")
                response = await self._ask(request, sent, guarded=True)
            return response
        other = await self._wait_for_same(save)
        if other:
            request.meta["saved"] = other.saved
            return Response(request.url, flags=["saved"])
        return await self._save(request, save)

    def _use_connector(self, *, verify: bool) -> None:
        """Replace Scrapy's connector by one that knows SOCKS, and its TLS by Python's own.

        It has no limits of connections, these are Scrapy's slots: the timeout of a request that
        waits in the connector is already running, long files would block short answers, and with
        the sandbox all hosts are one.
        """
        assert self._session.connector
        self._unused_connector = self._session.connector
        self._session._connector = SocksConnector(limit=0, local_addr=self._bind_address)
        self._ssl_context = build_tls_context(verify=verify)

    async def _ask(
        self, request: Request, sent: PreparedRequest, *, guarded: bool = False
    ) -> Response:
        """Send a request through the connections of the identity; keep the body in memory."""
        self.crawler.stats.inc_value("f2/requests")
        timeout = request.meta.get("download_timeout", self._DEFAULT_CONNECT_TIMEOUT)
        limit = request.meta.get("download_maxsize", self._default_maxsize)
        started = time.monotonic()
        try:
            reply = await get_http_client(self.crawler).send(
                request.method, sent, request.body, seconds=timeout, limit=limit, unpack=False,
                proxy=self._extract_proxy_url_with_creds(request), guarded=guarded,
            )  # fmt: skip
        except HttpError as error:
            raise _to_scrapy(error) from error
        request.meta["download_latency"] = time.monotonic() - started
        return make_response(**_build_args(request, reply), body=reply.body)

    def _guard_names(self, options: Options) -> None:
        """Let no name of a platform's answer lead into the local network."""
        platform = find_platform(self.crawler.spidercls.name)
        connector = self._session.connector
        if not platform or not isinstance(connector, aiohttp.TCPConnector):
            return
        profile = load_profile(platform, options.client, options.file_name)
        connector._resolver = build_resolver(profile, options.sandbox, connector._resolver)

    @staticmethod
    def _cancel_maxsize(size: int, limit: int, request: Request, *, expected: bool) -> NoReturn:
        """Cancel a download without Scrapy's warning, which shows tokens and signature."""
        del expected
        raise refuse_long(request, f"an answer of {size} bytes; the limit in memory is {limit}")

    @asynccontextmanager
    async def _make_request(
        self,
        request: Request,
        timeout: float,  # noqa: ASYNC109 - Scrapy's hook
    ) -> AsyncIterator[_ClientResponse]:
        self.crawler.stats.inc_value("f2/requests")
        is_guarded.set(get_purpose(request) is not None)
        try:
            async with super()._make_request(self._to_wire(request), timeout) as response:
                yield response
        except CannotResolveHostError as error:
            if find_private_address(error):
                raise PrivateNetworkAddress("a name within the local network") from error
            raise

    @staticmethod
    def _request_headers(request: Request) -> Headers:
        """Return the headers to send, as the identity's browser writes them."""
        sent: PreparedRequest | None = request.meta.get(PREPARED)
        if sent is None:
            return AiohttpDownloadHandler._request_headers(request)
        headers = _WireHeaders()
        headers.wire = sent.headers
        return headers

    def _to_wire(self, request: Request) -> Request:
        """Return the request with the exact URL to send, in the sandbox if there is one."""
        if not self._sandbox and request.meta.get("verbatim_url"):
            return request
        meta = {**request.meta, "verbatim_url": True}
        if not self._sandbox:
            return request.replace(meta=meta)
        meta.pop("proxy", None)  # a proxy cannot reach the sandbox
        return request.replace(url=to_sandbox(self._sandbox, request.url), meta=meta)

    async def _wait_for_same(self, save: SaveTo) -> Transfer | None:
        """Wait for active transfers to the same path; return the one that saved the file, if any.

        Raises:
            DiskError: one of them has another content.
        """
        while other := self._active.get(save.path):
            if other.save.key != save.key:
                raise DiskError(f"{save.path}: two files have this name")
            await other.ended.wait()
            if other.saved:
                return other
        return None

    async def _save(self, request: Request, save: SaveTo) -> Response:
        transfer = self._active[save.path] = Transfer(save, durable=self._durable)
        try:
            with closing(transfer):
                transfer.part.open()
                response = await self._fetch_by(self._open_response, request, transfer)
                if response.status == 403 and PREPARED in request.meta:
                    self.crawler.stats.inc_value("f2/browser_tries")
                    response = await self._fetch_by(self._open_by_browser, request, transfer)
                return response
        except Truncated as error:
            raise ResponseDataLossError(str(error)) from error
        except StalePart as error:
            raise WrongRange(str(error)) from error
        finally:
            del self._active[save.path]
            transfer.ended.set()

    async def _fetch_by(self, open_: _Open, request: Request, transfer: Transfer) -> Response:
        """Fetch a file, resuming a part if it still belongs to it.

        Some hosts compress what a browser offers to decompress; a file is wanted as it is.
        """
        try:
            return await self._fetch(open_, request, transfer, resume=True)
        except (StalePart, _Compressed):
            return await self._fetch(open_, request, transfer, resume=False, as_is=True)

    async def _fetch(
        self, open_: _Open, request: Request, transfer: Transfer, *, resume: bool,
        as_is: bool = False,
    ) -> Response:  # fmt: skip
        journal = transfer.part.journal if resume else None
        start = transfer.part.size if journal else 0
        asking = _build_range_request(request, journal, start, as_is=as_is)
        async with open_(asking, request) as response:
            args = response.args
            if args["status"] == 416 and not journal and _has_range(asking):
                raise StalePart("the server has no range that begins at 0")
            if args["status"] == 416 and journal:
                transfer.accept_part(parse_extent(416, _build_header_reader(args["headers"])))
            elif 200 <= args["status"] < 300:
                is_as_asked = _is_identity(asking)
                extent = _parse_body_extent(args["status"], args["headers"], is_as_asked)
                transfer.expect_body(extent, start)
                await self._receive(response, transfer)
            else:
                return make_response(**args, body=await self._read_error_body(response))
        await self._finish(transfer)
        request.meta["saved"] = transfer.saved
        args["status"] = 200  # for Scrapy, in place of 206 or 416
        return Response(**args, flags=["saved"])

    @asynccontextmanager
    async def _open_response(self, asking: Request, request: Request) -> AsyncIterator[_Arrival]:
        """Send *asking* and yield its response; the headers must come within DOWNLOAD_TIMEOUT."""
        limit = request.meta.get("download_timeout", self._DEFAULT_CONNECT_TIMEOUT)
        started = time.monotonic()
        async with AsyncExitStack() as stack:
            try:
                async with asyncio.timeout(limit):
                    opened = self._make_request(asking, timeout=0)  # 0 = no limit for the body
                    response = await stack.enter_async_context(opened)
            except TimeoutError as e:
                raise DownloadTimeoutError(f"no answer within {limit:g} s") from e
            request.meta["download_latency"] = time.monotonic() - started
            headers = self._extract_headers(response)
            args = self._build_base_response_args(response, request, headers)
            yield _Arrival(args, self._iter_body_chunks(response))

    @asynccontextmanager
    async def _open_by_browser(self, asking: Request, request: Request) -> AsyncIterator[_Arrival]:
        """Do the same through the connections of the identity."""
        self.crawler.stats.inc_value("f2/requests")
        limit = request.meta.get("download_timeout", self._DEFAULT_CONNECT_TIMEOUT)
        async with AsyncExitStack() as stack:
            opened = get_http_client(self.crawler).open(
                "GET", asking.meta[PREPARED], seconds=limit,
                proxy=self._extract_proxy_url_with_creds(request), guarded=True,
            )  # fmt: skip
            try:
                async with asyncio.timeout(limit):
                    reply = await stack.enter_async_context(opened)
            except TimeoutError as e:
                raise DownloadTimeoutError(f"no answer within {limit:g} s") from e
            except HttpError as error:
                raise _to_scrapy(error) from error
            yield _Arrival(_build_args(request, reply), reply.chunks)

    async def _receive(self, response: _Arrival, transfer: Transfer) -> None:
        self.crawler.signals.send_catch_log(transfer_started, transfer=transfer)
        before = transfer.received
        try:
            await self._fill(transfer, response)
        finally:
            self.crawler.stats.inc_value("f2/bytes", transfer.received - before)

    async def _fill(self, transfer: Transfer, response: _Arrival) -> None:
        """Receive each block while the one before it is written."""
        writing: asyncio.Task[None] | None = None
        try:
            async with aclosing(self._iterate_chunks(response)) as chunks:
                async for chunk in chunks:
                    transfer.add_chunk(chunk)
                    if transfer.part.journal and is_stopping(self.crawler):
                        raise Refused(Outcome.INTERRUPTED, "the run was stopped; the part is kept")
                    if transfer.pending >= BLOCK:
                        if writing:
                            await writing
                        work = partial(transfer.write, transfer.pop_block())
                        writing = asyncio.create_task(self._run_in_thread(work))
        finally:
            if writing:
                await writing

    async def _read_error_body(self, response: _Arrival) -> bytes:
        body = b""
        async with aclosing(self._iterate_chunks(response)) as chunks:
            async for chunk in chunks:
                body += chunk
                if len(body) >= ERROR_BODY:
                    break
        return body[:ERROR_BODY]

    async def _iterate_chunks(self, response: _Arrival) -> AsyncGenerator[bytes]:
        """Yield the body as it comes, within F2_STALL; the time for writing is not counted."""
        chunks = aiter(response.chunks)
        pace = _Pace(self._stall)
        while True:
            before = time.monotonic()
            try:
                async with asyncio.timeout(pace.left):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError as e:
                raise DownloadTimeoutError(f"{pace.came} bytes came in {self._stall:g} s") from e
            except (aiohttp.ClientPayloadError, HttpError) as e:
                raise ResponseDataLossError("the connection ended within the body") from e
            pace.add(time.monotonic() - before, len(chunk))
            if pace.is_too_slow:
                raise DownloadTimeoutError(f"fewer than {SLOW} bytes in {self._stall:g} s each")
            yield chunk

    async def _finish(self, transfer: Transfer) -> None:
        await self._run_in_thread(transfer.finish)
        self.crawler.stats.inc_value("f2/files")
        if transfer.saved and transfer.saved.resumed_from:
            self.crawler.stats.inc_value("f2/resumed")

    async def _run_in_thread(self, work: Callable[[], None]) -> None:
        """Run *work* in a thread; a cancelled transfer waits for it, since the file is in use."""
        running = asyncio.get_running_loop().run_in_executor(self._disk, work)
        try:
            await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise


@dataclass
class _Pace:
    """How fast a body comes, without the time for writing it."""

    stall: float  # seconds
    came: int = 0  # bytes, since TRICKLE bytes came last
    _waited: float = 0.0  # seconds, since then
    _window_bytes: int = 0  # of the present SLOW_STALLS times F2_STALL
    _window: float = 0.0  # seconds
    is_too_slow: bool = False

    @property
    def left(self) -> float:
        """Seconds until the transfer has stalled."""
        return self.stall - self._waited

    def add(self, seconds: float, count: int) -> None:
        """Count bytes that came after some seconds of waiting."""
        self._waited, self.came = self._waited + seconds, self.came + count
        if self.came >= TRICKLE:
            self._waited, self.came = 0.0, 0
        self._window, self._window_bytes = self._window + seconds, self._window_bytes + count
        if self._window >= SLOW_STALLS * self.stall:
            self.is_too_slow = self._window_bytes < SLOW_STALLS * SLOW
            self._window, self._window_bytes = 0.0, 0


def _build_range_request(
    request: Request, journal: PartJournal | None, start: int, *, as_is: bool
) -> Request:
    """Return a copy; with a journal, for the file from offset *start* on.

    It is for the uncompressed file, unless this is a picture, which browsers offer to decompress.
    With *as_is*, it is as plain as possible: for a server that does not understand the browser's.
    """
    asking = request.copy()
    sent: PreparedRequest | None = request.meta.get(PREPARED)
    more = {"Range": f"bytes={start}-", "If-Range": journal.validator} if journal else {}
    if as_is or journal or sent is None or sent.kind != "image":
        more["Accept-Encoding"] = "identity"
    asking.headers.update(more)
    if sent:
        headers = insert_headers(sent.headers, more)
        if as_is:
            headers.pop("Range", None)
        asking.meta[PREPARED] = replace(sent, headers=headers)
    return asking


def _has_range(asking: Request) -> bool:
    sent: PreparedRequest | None = asking.meta.get(PREPARED)
    return bool(sent and "Range" in sent.headers)


def _is_identity(asking: Request) -> bool:
    return asking.headers.get("Accept-Encoding") == b"identity"


def _parse_body_extent(status: int, headers: Headers, is_identity: bool) -> Extent:
    encoding = headers.get("Content-Encoding") or b"identity"
    if encoding.strip().lower() != b"identity":
        if not is_identity:
            raise _Compressed
        raise BrokenContent("the server compressed a file that was requested uncompressed")
    if status not in {200, 206}:
        raise BrokenContent(f"HTTP {status} has no file in it")
    return parse_extent(status, _build_header_reader(headers))


def _to_scrapy(error: HttpError) -> Exception:
    """Return the exception by which Scrapy, and our retry, know a failure."""
    return _ERRORS.get(error.failure, DownloadFailedError)(str(error))


def _build_args(request: Request, reply: HttpResponse) -> dict[str, Any]:
    return {
        "url": request.url,
        "status": reply.status,
        "headers": Headers([*reply.fields]),
        "protocol": reply.protocol,
    }


def _build_header_reader(headers: Headers) -> Callable[[str], str]:
    return lambda name: (headers.get(name) or b"").decode("latin-1")
