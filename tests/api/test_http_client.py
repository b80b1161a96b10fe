"""Connections look like Chromium's, change nothing of a request, and stop with their caller."""

import asyncio
import gzip
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from f2scrapy.api import http_client
from f2scrapy.api.http_client import Failure, HttpClient, HttpError
from f2scrapy.api.identity import Identity
from f2scrapy.api.identity_options import build_guest
from f2scrapy.api.signed_request import PreparedRequest, build_page_request
from f2scrapy.config.file import load_options
from f2scrapy.sandbox.tls.checks import find_violations, load_facts
from f2scrapy.sandbox.tls.exchange import Answer, Seen, send_once
from f2scrapy.sandbox.tls.front import Front

URL = "https://www.douyin.com/x"
LIMITS = {"seconds": 10.0, "limit": 1 << 20}
SENT = PreparedRequest(URL, {"sec-ch-ua": "a", "Accept": "*/*", "Cookie": "a=1; b=2; c=3"})


class Site:
    """Answers with `body`; under /endless, with zeros for as long as the client reads."""

    def __init__(self) -> None:
        self.body, self.fields, self.pieces = b"{}", [("Content-Type", "text/plain")], 0

    @asynccontextmanager
    async def respond(self, seen: Seen) -> AsyncIterator[Answer]:
        if seen.path == "/slow":
            await asyncio.sleep(60)
        length = [] if seen.path == "/endless" else [("Content-Length", str(len(self.body)))]
        chunks = self._send_zeros() if seen.path == "/endless" else send_once(self.body)
        yield Answer(200, [*self.fields, *length], chunks)

    async def _send_zeros(self) -> AsyncIterator[bytes]:
        while True:
            self.pieces += 1
            yield bytes(1 << 16)
            await asyncio.sleep(0)


@pytest.fixture
def site() -> Site:
    return Site()


@pytest.fixture
async def front(site: Site, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Front]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "F2_SANDBOX"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    async with Front(site.respond) as front:
        monkeypatch.setenv("https_proxy", front.url)
        monkeypatch.setenv("SSL_CERT_FILE", str(front.authority))
        yield front


@pytest.fixture
def identity() -> Identity:
    return build_guest(load_options(), "douyin")


@pytest.fixture
async def client(front: Front, identity: Identity) -> AsyncIterator[HttpClient]:
    client = HttpClient(identity)
    yield client
    await client.close()


def hide_curl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "f2scrapy.api.curl_engine", None)


async def test_the_handshake_and_http2_are_chromiums(client: HttpClient, front: Front) -> None:
    await client.send("GET", build_page_request(client._identity, URL), **LIMITS)
    [seen] = front.requests
    assert list(find_violations(seen)) == []
    assert seen.connection.hello
    assert seen.connection.hello.ja4 == load_facts()["ja4"]["h2"]


async def test_one_connection_for_all_requests_of_a_host(client: HttpClient, front: Front) -> None:
    await asyncio.gather(*(client.send("GET", SENT, **LIMITS) for _ in range(20)))
    await client.send("GET", SENT, **LIMITS)
    assert len(front.requests) == 21
    assert len(front.connections) < 21


async def test_a_renewed_guest_gets_new_connections(
    client: HttpClient, front: Front, identity: Identity
) -> None:
    async with client.open("GET", SENT, seconds=10) as before:
        await identity.renew(identity.guest)
        await client.send("GET", SENT, **LIMITS)
        assert b"".join([chunk async for chunk in before.chunks]) == b"{}"
    first, second = front.connections
    assert first.hello
    assert second.hello
    assert not second.hello.is_resumed


@pytest.mark.parametrize("query", ["a=%2D%7e%41", "a=b%2Fc&s=x%3D", "a='(*)!~", "a=1&&b=", "a=%zz"])
async def test_no_byte_of_an_address_is_changed(
    client: HttpClient, front: Front, query: str
) -> None:
    await client.send("GET", PreparedRequest(f"{URL}/../y?{query}", SENT.headers), **LIMITS)
    assert front.requests[0].path == f"/x/../y?{query}"


async def test_nothing_is_added_and_the_order_is_kept(client: HttpClient, front: Front) -> None:
    await client.send("GET", SENT, **LIMITS)
    await client.send("POST", SENT, b"", **LIMITS)
    get, post = front.requests
    assert get.names == ["sec-ch-ua", "accept", "cookie"]
    assert post.names == ["content-length", "sec-ch-ua", "accept", "cookie"]


async def test_each_cookie_has_a_field_of_its_own(client: HttpClient, front: Front) -> None:
    await client.send("GET", SENT, **LIMITS)
    fields = [value for name, value in front.requests[0].fields if name == "cookie"]
    assert fields == ["a=1", "b=2", "c=3"]


async def test_cookies_are_joined_where_there_is_no_http2(
    site: Site, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Front(site.respond, alpn=("http/1.1",)) as front:
        monkeypatch.setenv("SSL_CERT_FILE", str(front.authority))
        client = HttpClient(identity)
        await client.send("GET", SENT, proxy=front.url, **LIMITS)
        await client.close()
    [seen] = front.requests
    assert [pair for pair in seen.fields if pair[0] == "Cookie"] == [("Cookie", "a=1; b=2; c=3")]
    assert seen.names == ["Host", "sec-ch-ua", "Accept", "Cookie"]


async def test_a_body_that_is_left_early_is_not_read_on(client: HttpClient, site: Site) -> None:
    endless = PreparedRequest("https://www.douyin.com/endless", SENT.headers)
    async with client.open("GET", endless, seconds=10) as response:
        await anext(response.chunks)
    await client.send("GET", SENT, **LIMITS)
    before = site.pieces
    await asyncio.sleep(0.3)
    assert site.pieces <= before + 1


async def test_a_slow_reader_makes_the_server_wait(client: HttpClient, site: Site) -> None:
    endless = PreparedRequest("https://www.douyin.com/endless", SENT.headers)
    async with client.open("GET", endless, seconds=10) as response:
        await anext(response.chunks)
        await asyncio.sleep(1.0)
        waiting = site.pieces
        await asyncio.sleep(0.3)
        assert site.pieces == waiting
        for _ in range(2000):
            await anext(response.chunks)
        assert site.pieces > waiting


@pytest.mark.parametrize("unpack", [True, False])
async def test_too_long_a_body_is_not_kept(client: HttpClient, site: Site, unpack: bool) -> None:
    site.body, site.fields = gzip.compress(bytes(200 << 20), 1), [("Content-Encoding", "gzip")]
    sent = PreparedRequest(URL, {"Accept-Encoding": "gzip, deflate, br, zstd"})
    limit = 4 << 20 if unpack else 1 << 17
    with pytest.raises(HttpError) as failed:
        await client.send("GET", sent, seconds=20, limit=limit, unpack=unpack)
    assert failed.value.failure is Failure.TOO_LONG


async def test_a_body_is_unpacked_or_left_as_it_is(client: HttpClient, site: Site) -> None:
    site.body, site.fields = gzip.compress(b"words"), [("Content-Encoding", "gzip")]
    sent = PreparedRequest(URL, {"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert (await client.send("GET", sent, **LIMITS)).body == b"words"
    assert (await client.send("GET", sent, unpack=False, **LIMITS)).body == site.body
    site.body = b"\xff" * 90
    with pytest.raises(HttpError) as failed:
        await client.send("GET", sent, **LIMITS)
    assert failed.value.failure is Failure.CORRUPT


async def test_no_answer_in_time(client: HttpClient) -> None:
    slow = PreparedRequest("https://www.douyin.com/slow", SENT.headers)
    with pytest.raises(HttpError) as failed:
        await client.send("GET", slow, seconds=0.2, limit=0)
    assert failed.value.failure is Failure.TIMEOUT


async def test_a_certificate_without_a_signer(
    client: HttpClient, monkeypatch: pytest.MonkeyPatch, front: Front
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(HttpError) as failed:
        await client.send("GET", SENT, **LIMITS)
    assert failed.value.failure is Failure.CERTIFICATE
    assert front.requests == []
    trusting = HttpClient(client._identity, verify=False)
    assert (await trusting.send("GET", SENT, **LIMITS)).status == 200
    await trusting.close()


@pytest.mark.parametrize(
    ("kind", "host"),
    [("http", "www.douyin.com"), ("socks5h", "www.douyin.com"), ("socks5", "127.0.0.1")],
)
@pytest.mark.parametrize("has_curl", [True, False])
async def test_proxies_get_their_password(
    front: Front, kind: str, host: str, has_curl: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The names of socks5 are resolved on this machine, those of the others by the proxy."""
    if not has_curl:
        hide_curl(monkeypatch)
    client = HttpClient(build_guest(load_options(), "douyin"))
    sent = PreparedRequest(f"https://{host}/x", SENT.headers)
    proxy = front.url.replace("http://", f"{kind}://me:p%40ss@")
    response = await client.send("GET", sent, proxy=proxy, **LIMITS)
    await client.close()
    [seen] = front.requests
    assert (response.status, seen.connection.proxy_user, seen.host) == (200, "me:p@ss", host)


@pytest.mark.parametrize("has_curl", [True, False])
async def test_a_name_that_an_answer_gives_leads_not_into_the_local_network(
    front: Front, has_curl: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a VPN all names have such an address: then the checked address is connected to."""
    if not has_curl:
        hide_curl(monkeypatch)
    monkeypatch.delenv("https_proxy")
    table = {"innocent.example": "127.0.0.1", "www.douyin.com": "93.184.216.34"}
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *args, **more: real(
        table.get(host, host), *args, **more))  # fmt: skip
    client = HttpClient(build_guest(load_options(), "douyin"))
    url = front.url.replace("127.0.0.1", "innocent.example")
    sent = PreparedRequest(f"{url}/x", SENT.headers)
    with pytest.raises(HttpError) as failed:
        await client.send("GET", sent, guarded=True, **LIMITS)
    assert failed.value.failure is Failure.PRIVATE
    assert front.connections == []
    table["www.douyin.com"] = "10.0.0.1"
    assert (await client.send("GET", sent, guarded=True, **LIMITS)).status == 200
    await client.close()


async def test_a_kept_connection_that_is_closed_costs_no_answer(
    client: HttpClient, front: Front
) -> None:
    """libcurl then sends the request once more by itself, as browsers do; aiohttp would fail."""
    await client.send("GET", SENT, **LIMITS)
    for task in front._tasks:
        task.cancel()
    await asyncio.sleep(0.05)
    assert (await client.send("GET", SENT, **LIMITS)).status == 200


@pytest.mark.parametrize(
    ("url", "failure"),
    [("https://127.0.0.1:1/", Failure.REFUSED), ("ftp://www.douyin.com/", Failure.BAD_ADDRESS)],
)
async def test_failures_have_names_and_show_no_address(
    client: HttpClient, url: str, failure: Failure
) -> None:
    with pytest.raises(HttpError) as failed:
        await client.send("GET", PreparedRequest(f"{url}?sign=SECRET", {}), **LIMITS)
    assert failed.value.failure is failure
    assert "SECRET" not in str(failed.value)


async def test_without_curl_cffi_the_headers_are_the_same(
    client: HttpClient, front: Front, caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    hide_curl(monkeypatch)
    http_client._warn_once.cache_clear()
    sent = build_page_request(client._identity, URL)
    plain = HttpClient(client._identity)
    for _ in range(2):
        await plain.send("GET", sent, **LIMITS)
    await plain.close()
    assert front.requests[0].names == [
        "Host", "Connection", *(name for name in sent.headers if name != "Priority"),
    ]  # fmt: skip
    assert front.connections[0].protocol == "http/1.1"
    assert [r.levelname for r in caplog.records].count("WARNING") == 1
