"""Connect as Chromium does, by curl_cffi's handles: its fingerprint is data of client.yaml.

The handles are used without curl_cffi's own sessions: these would quote the address again, add
headers, keep cookies, read the environment's proxies, and read on after a caller has left.
"""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import certifi
from curl_cffi import AsyncCurl, Curl, CurlECode, CurlError, CurlOpt, CurlSslVersion

from f2scrapy.api.browser_profile import Tls
from f2scrapy.api.http_client import Failure, HttpError, HttpResponse, Sending

_HIGH = 4 << 20  # bytes of a body that wait for their reader, until the server must wait
_LOW = 1 << 20
_PAUSE, _RESUME = 0x10000001, 0  # CURL_WRITEFUNC_PAUSE, CURLPAUSE_CONT
_NATIVE_CA = 1 << 4  # CURLSSLOPT_NATIVE_CA
_FAILURES = {
    CurlECode.UNSUPPORTED_PROTOCOL: Failure.BAD_ADDRESS,
    CurlECode.URL_MALFORMAT: Failure.BAD_ADDRESS,
    CurlECode.COULDNT_RESOLVE_PROXY: Failure.UNKNOWN_HOST,
    CurlECode.COULDNT_RESOLVE_HOST: Failure.UNKNOWN_HOST,
    CurlECode.COULDNT_CONNECT: Failure.REFUSED,
    CurlECode.PROXY: Failure.REFUSED,
    CurlECode.SSL_CONNECT_ERROR: Failure.REFUSED,
    CurlECode.PEER_FAILED_VERIFICATION: Failure.CERTIFICATE,
    CurlECode.OPERATION_TIMEDOUT: Failure.TIMEOUT,
    CurlECode.BAD_CONTENT_ENCODING: Failure.CORRUPT,
    CurlECode.WRITE_ERROR: Failure.CORRUPT,  # so it says of a body that cannot be decompressed
}


class CurlEngine:
    """Connections with one fingerprint, kept and shared by all requests of one browser."""

    def __init__(self, tls: Tls, *, verify: bool = True) -> None:
        self.active = 0
        self._multi = AsyncCurl()
        self._idle: list[Curl] = []
        self._options = [*_list_common_options(tls), *_list_trust_options(verify=verify)]

    async def close(self) -> None:
        await self._multi.close()  # type: ignore[no-untyped-call]
        while self._idle:
            self._idle.pop().close()

    @asynccontextmanager
    async def open(self, sending: Sending) -> AsyncIterator[HttpResponse]:
        """See `http_client.Engine`.

        libcurl sends a request once more by itself if a kept connection turns out to be closed,
        as browsers do.
        """
        curl = self._idle.pop() if self._idle else Curl()
        transfer = _Transfer(curl)
        try:
            self._prepare(curl, transfer, sending)
            ended: asyncio.Future[None] = self._multi.add_handle(curl)
            ended.add_done_callback(transfer.end)
            await transfer.head.wait()
            if transfer.error and not transfer.status:
                raise transfer.error
            yield HttpResponse(
                transfer.status, transfer.fields, transfer.protocol, transfer.iterate()
            )
        finally:
            self._release(curl)

    def _prepare(self, curl: Curl, transfer: _Transfer, sending: Sending) -> None:
        try:
            for option, value in (*self._options, *_list_options(sending)):
                curl.setopt(option, value)
            curl.setopt(CurlOpt.HEADERFUNCTION, transfer.read_header)
            curl.setopt(CurlOpt.WRITEFUNCTION, transfer.read_chunk)
        except CurlError as error:
            raise HttpError(_get_failure(error)) from None

    def _release(self, curl: Curl) -> None:
        """Take a handle out of its exchange; an unfinished one is broken off."""
        self._multi.remove_handle(curl)
        curl.clean_handles_and_buffers()
        curl.reset()
        self._idle.append(curl)


class _Transfer:
    """One exchange, fed by libcurl's callbacks."""

    def __init__(self, curl: Curl) -> None:
        self._curl = curl
        self.head = asyncio.Event()  # set when status and headers are known, or never will be
        self.status = 0
        self.protocol = ""
        self.fields: list[tuple[str, str]] = []
        self.error: HttpError | None = None
        self._chunks: deque[bytes] = deque()
        self._size = 0  # of the chunks
        self._is_paused = self._has_ended = False
        self._news = asyncio.Event()

    def read_header(self, line: bytes) -> int:
        text = line.decode("utf-8", "replace").rstrip("\r\n")
        if self.head.is_set():  # trailers
            return len(line)
        if text.startswith("HTTP/"):
            self.protocol, _, rest = text.partition(" ")
            self.status, self.fields = int(rest[:3]), []
        elif not text:
            if self.status >= 200:
                self.head.set()
        else:
            name, _, value = text.partition(":")
            self.fields.append((name, value.strip()))
        return len(line)

    def read_chunk(self, data: bytes) -> int:
        if self._size >= _HIGH:
            self._is_paused = True
            return _PAUSE  # it comes again
        self._chunks.append(data)
        self._size += len(data)
        self._news.set()
        return len(data)

    def end(self, future: asyncio.Future[None]) -> None:
        error = None if future.cancelled() else future.exception()
        if isinstance(error, CurlError):
            self.error = HttpError(_get_failure(error, has_head=self.head.is_set()))
        elif error or future.cancelled() or not self.head.is_set():
            self.error = HttpError(Failure.BROKEN)
        self._has_ended = True
        if not self.head.is_set():
            self.status = 0
        self.head.set()
        self._news.set()

    async def iterate(self) -> AsyncIterator[bytes]:
        """Yield the body; let the server wait while its reader is slow.

        Raises:
            HttpError: it ends early.
        """
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self._size -= len(chunk)
                if self._is_paused and self._size <= _LOW:
                    self._is_paused = False
                    self._curl.pause(_RESUME)
                yield chunk
            if self._has_ended:
                if self.error:
                    raise self.error
                return
            self._news.clear()
            await self._news.wait()


def _list_common_options(tls: Tls) -> Iterator[tuple[CurlOpt, Any]]:
    """Yield the options that all requests of a browser share."""
    yield CurlOpt.SSLVERSION, CurlSslVersion.TLSv1_2 | CurlSslVersion.MAX_DEFAULT
    yield CurlOpt.SSL_CIPHER_LIST, ":".join(tls.ciphers)
    yield CurlOpt.SSL_EC_CURVES, ":".join(tls.groups)
    yield CurlOpt.SSL_SIG_HASH_ALGS, ",".join(tls.signatures)
    yield CurlOpt.SSL_CERT_COMPRESSION, ",".join(tls.certificate_compression)
    yield CurlOpt.TLS_TRUST_ANCHORS, ",".join(tls.trust_anchors)
    yield CurlOpt.ECH, "grease"
    yield CurlOpt.TLS_KEY_SHARES_LIMIT, 2
    for option in (CurlOpt.SSL_ENABLE_ALPN, CurlOpt.SSL_ENABLE_ALPS, CurlOpt.SSL_ENABLE_TICKET,
                   CurlOpt.TLS_USE_NEW_ALPS_CODEPOINT, CurlOpt.TLS_GREASE,
                   CurlOpt.TLS_STATUS_REQUEST, CurlOpt.TLS_SIGNED_CERT_TIMESTAMPS,
                   CurlOpt.SSL_PERMUTE_EXTENSIONS, CurlOpt.STREAM_EXCLUSIVE,
                   CurlOpt.SPLIT_COOKIES, CurlOpt.NOSIGNAL, CurlOpt.PATH_AS_IS,
                   CurlOpt.SUPPRESS_CONNECT_HEADERS,
                   CurlOpt.PROXY_CREDENTIAL_NO_REUSE):  # fmt: skip
        yield option, 1
    yield CurlOpt.HTTP2_SETTINGS, tls.settings
    yield CurlOpt.HTTP2_WINDOW_UPDATE, tls.window_update
    yield CurlOpt.HTTP2_PSEUDO_HEADERS_ORDER, tls.pseudo_headers
    yield CurlOpt.PROTOCOLS_STR, "http,https"
    yield CurlOpt.NOPROXY, ""  # the environment is read by `find_proxy`


def _list_trust_options(*, verify: bool) -> Iterator[tuple[CurlOpt, Any]]:
    """Yield the authorities that Python's own ssl trusts; certifi's where it has no file."""
    if not verify:
        yield CurlOpt.SSL_VERIFYPEER, 0
        yield CurlOpt.SSL_VERIFYHOST, 0
    known = ssl.get_default_verify_paths()  # SSL_CERT_FILE and SSL_CERT_DIR come first in it
    named = os.environ.get(known.openssl_cafile_env)
    file = named or known.cafile or certifi.where()
    yield CurlOpt.CAINFO, file
    yield CurlOpt.PROXY_CAINFO, file
    if known.capath:
        yield CurlOpt.CAPATH, known.capath
    if sys.platform == "win32" and not named:
        yield CurlOpt.SSL_OPTIONS, _NATIVE_CA  # the system's store, as Python's ssl does


def _list_options(sending: Sending) -> Iterator[tuple[CurlOpt, Any]]:
    """Yield the options of one request."""
    yield CurlOpt.URL, sending.url.encode()
    yield CurlOpt.CONNECTTIMEOUT_MS, max(1, int(sending.timeout * 1000))
    if sending.method == "POST":
        yield CurlOpt.POST, 1
    elif sending.method == "HEAD":
        yield CurlOpt.NOBODY, 1
    elif sending.method != "GET":
        yield CurlOpt.CUSTOMREQUEST, sending.method.encode()
    if sending.body or sending.method == "POST":
        yield CurlOpt.POSTFIELDSIZE, len(sending.body)
        yield CurlOpt.POSTFIELDS, sending.body
    names = [name for name, _ in sending.fields]
    added = [] if "Content-Type" in names else ["Content-Type:"]  # libcurl's own: none
    cookie = next((value for name, value in sending.fields if name == "Cookie"), "")
    others = [(name, value) for name, value in sending.fields if name != "Cookie"]
    if cookie:  # apart from the other headers: HTTP/2 sends each in a field of its own
        yield CurlOpt.COOKIE, cookie
    lines = [f"{name}: {value}" if value else f"{name};" for name, value in others]
    yield CurlOpt.HTTPHEADER, [line.encode() for line in (*lines, "Expect:", *added)]
    yield CurlOpt.HTTPHEADER_ORDER, ",".join(["Host", "Content-Length", *names])
    if sending.weight:
        yield CurlOpt.STREAM_WEIGHT, sending.weight
    if sending.unpack and (packed := dict(sending.fields).get("Accept-Encoding")):
        yield CurlOpt.ACCEPT_ENCODING, packed
    if sending.addresses:
        yield CurlOpt.RESOLVE, [_format_addresses(sending)]
    yield CurlOpt.PROXY, sending.proxy or ""
    if sending.proxy and sending.url.startswith("https:") and sending.proxy.startswith("http"):
        yield CurlOpt.HTTPPROXYTUNNEL, 1


def _format_addresses(sending: Sending) -> str:
    parts = urlsplit(sending.url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"+{parts.hostname}:{port}:{','.join(sending.addresses)}"  # "+" = it may be forgotten


def _get_failure(error: CurlError, *, has_head: bool = False) -> Failure:
    usual = Failure.CUT if has_head else Failure.BROKEN
    return _FAILURES.get(CurlECode(error.code), usual) if error.code else usual
