"""The download handler: its responses, its refusals, and the parts of Scrapy it needs."""

import gzip
import inspect
import logging
import socket
import sys

import pytest
from scrapy import Request
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler
from scrapy.exceptions import (
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.settings.default_settings import RETRY_EXCEPTIONS
from scrapy.utils.misc import load_object

from f2scrapy.api.private_network import is_private_url
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.crawl.file_fetcher import ERROR_BODY
from f2scrapy.crawl.file_handler import FileHandler
from f2scrapy.crawl.file_requests import transfer_started
from f2scrapy.crawl.middlewares.redirect import QuietRedirectMiddleware
from f2scrapy.crawl.requests import PREPARED
from f2scrapy.download.part_file import DiskError
from f2scrapy.download.transfer import BrokenContent
from f2scrapy.text import describe_error
from tests.support.transport_origin import (
    FetchSpider,
    build_file_request,
    cut_after,
    cut_in_memory,
    fetch,
    make_video,
    reset_connection,
    respond_with,
    send_chunked,
)

PAGE = b"<!DOCTYPE html><title>Access denied</title>"
JPEG = b"\xff\xd8\xff\xe0" + bytes(5000) + b"\xff\xd9"


def nothing_at(path):
    """Neither the file nor anything left of the way there."""
    return not path.parent.exists() or list(path.parent.iterdir()) == []


async def save(origin, path, behaviour, **options):
    """Fetch *path* from an origin that behaves so, with retries; return what came of it."""
    origin.script = [behaviour] * 3
    (result,), _ = await fetch(build_file_request(origin.url, path, **options), RETRY_TIMES=2)
    return result


# Responses that stay in memory


async def test_an_answer_comes_to_memory(origin):
    origin.script = [respond_with(200, b'{"a": 1}', Content_Type="application/json")]
    (response,), _ = await fetch(Request(origin.url))
    assert (response.json(), response.url) == ({"a": 1}, origin.url)


async def test_the_maximum_size_is_for_memory_only(origin, path):
    requests = Request(origin.url), build_file_request(origin.url, path)
    (in_memory, on_disk), _ = await fetch(*requests, DOWNLOAD_MAXSIZE=1000)
    assert isinstance(in_memory, Exception)
    assert on_disk.flags == ["saved"]


@pytest.mark.parametrize("query", ["a=%2D%7e%41", "a=b%2Fc&sign=x%3D%3D", "a='(*)!~", "a=1&&b="])
async def test_no_byte_of_an_address_is_changed(origin, query):
    await fetch(Request(f"{origin.url}?{query}", meta={"verbatim_url": True}))
    assert origin.requests[0].raw_path.partition("?")[2] == query


async def test_only_bodies_have_a_length(origin):
    origin.script = [respond_with(200)] * 2
    await fetch(Request(origin.url), Request(origin.url, method="POST", body=b"{}"))
    told = {asked.method: asked.headers.get("Content-Length") for asked in origin.requests}
    assert told == {"GET": None, "POST": "2"}


async def test_nothing_is_sent_again_unasked(origin):
    """aiohttp's own retry would send a signed request twice and count it once."""
    origin.script = [respond_with(200), reset_connection]
    one_by_one = {"CONCURRENT_REQUESTS": 1}
    results, stats = await fetch(Request(origin.url), Request(origin.url), **one_by_one)
    assert isinstance(results[1], DownloadFailedError)
    assert len(origin.requests) == stats["f2/requests"] == 2


# The sandbox's door


async def test_the_door_leads_to_the_sandbox_and_the_answer_bears_the_real_address(origin):
    sandbox = origin.url.removesuffix("/v.mp4")
    url = "https://www.douyin.com/aweme/v1/?a=%2D&b=x%3D"
    (response,), _ = await fetch(Request(url, meta={"verbatim_url": True}), F2_SANDBOX=sandbox)
    assert response.url == url
    assert origin.requests[0].raw_path == "/www.douyin.com/aweme/v1/?a=%2D&b=x%3D"


async def test_files_come_through_the_door_as_well(origin, path):
    sandbox = origin.url.removesuffix("/v.mp4")
    (response,), _ = await fetch(
        build_file_request("https://v3.cdn.com/v.mp4", path), F2_SANDBOX=sandbox
    )
    assert response.url == "https://v3.cdn.com/v.mp4"
    assert path.read_bytes() == origin.content


async def test_a_redirect_goes_through_the_door_again(origin, path):
    origin.script = [respond_with(302, Location="https://v9.cdn.com/real.mp4")]
    request = build_file_request("https://www.douyin.com/play", path)
    request.meta["handle_httpstatus_all"] = False
    (response,), _ = await fetch(request, F2_SANDBOX=origin.url.removesuffix("/v.mp4"))
    assert response.url == "https://v9.cdn.com/real.mp4"
    assert [asked.path for asked in origin.requests] == [
        "/www.douyin.com/play",
        "/v9.cdn.com/real.mp4",
    ]
    assert path.read_bytes() == origin.content


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "2130706433", "[::ffff:127.0.0.1]", "10.0.0.1", "0x7f.1",
             "169.254.169.254", "100.100.100.200", "[64:ff9b::a00:1]", "localhost", "a.localhost.",
             "0"]
)  # fmt: skip
async def test_no_redirect_leads_into_the_own_network(origin, path, host):
    """A router, or a cloud's metadata service, may trust a request from inside the network."""
    port = origin.url.rpartition(":")[2]
    origin.script = [respond_with(302, Location=f"http://{host}:{port}")]
    request = build_file_request(origin.url, path)
    request.meta["handle_httpstatus_all"] = False
    scrapys = "scrapy.downloadermiddlewares.redirect.RedirectMiddleware"
    (result,), _ = await fetch(
        request, DOWNLOADER_MIDDLEWARES={scrapys: None, QuietRedirectMiddleware: 600}
    )
    assert isinstance(result, IgnoreRequest)
    assert len(origin.requests) == 1


def test_names_and_public_numbers_are_outside():
    for host in ("v26-web.douyinvod.com", "93.184.216.34", "[2606:4700::1111]", "10.example", ""):
        assert not is_private_url(f"http://{host}/video.mp4")


async def test_no_proxy_stands_before_the_door(origin):
    sandbox = origin.url.removesuffix("/v.mp4")
    request = Request("https://www.douyin.com/", meta={"proxy": "http://127.0.0.1:1"})
    (response,), _ = await fetch(request, F2_SANDBOX=sandbox)
    assert response.status == 200


async def test_without_a_sandbox_a_proxy_is_used(origin):
    request = Request(origin.url, meta={"proxy": "http://127.0.0.1:1"})
    (result,), _ = await fetch(request)
    assert isinstance(result, DownloadConnectionRefusedError)
    assert origin.requests == []


# Refusals


@pytest.mark.parametrize("status", [301, 403, 404, 416, 429, 500])
async def test_a_refusal_comes_back_as_it_is(origin, path, status):
    origin.script = [respond_with(status, PAGE)]
    request = build_file_request(origin.url, path)
    request.meta["dont_retry"] = request.meta["dont_redirect"] = True
    (response,), _ = await fetch(request)
    assert (response.status, response.body, response.flags) == (status, PAGE, [])
    assert nothing_at(path)


async def test_of_a_long_refusal_only_the_beginning_is_read(origin, path):
    response = await save(origin, path, respond_with(403, PAGE + bytes(1 << 20)))
    assert len(response.body) == ERROR_BODY


async def test_a_refusal_leaves_the_part_as_it_is(origin, path):
    origin.script = [cut_after(2_500_000), respond_with(403, PAGE)]
    await fetch(build_file_request(origin.url, path))
    (response,), _ = await fetch(build_file_request(origin.url, path))
    assert response.status == 403
    assert path.with_name("v.mp4.part").read_bytes() == origin.content[:2_500_000]


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (respond_with(200, PAGE), "HTML"),
        (respond_with(200, b' {"status_code": 8}'), "JSON"),
        (respond_with(200, JPEG), "image/jpeg where video"),
        (respond_with(200, b""), "0 bytes"),
        (send_chunked(b""), "0 bytes"),
        (respond_with(204), "204"),
        (respond_with(200, make_video(5000), Content_Encoding="gzip"), "compressed"),
    ],
)
async def test_what_is_no_video_never_gets_the_name_of_one(origin, path, behaviour, words):
    result = await save(origin, path, behaviour)
    assert isinstance(result, BrokenContent)
    assert words in str(result)
    assert len(origin.requests) == 1, "the next mirror is to be asked, not this one again"
    assert nothing_at(path)


@pytest.mark.parametrize(
    "behaviour", [respond_with(200, make_video(5000)), send_chunked(make_video(5000))]
)
@pytest.mark.parametrize("size", [4999, 5001])
async def test_a_file_of_another_size_is_refused(origin, path, behaviour, size):
    result = await save(origin, path, behaviour, size=size)
    assert isinstance(result, BrokenContent)
    assert nothing_at(path)


async def test_a_page_does_not_replace_the_part(origin, path):
    origin.script = [cut_after(2_500_000), respond_with(200, PAGE)]
    await fetch(build_file_request(origin.url, path))
    (result,), _ = await fetch(build_file_request(origin.url, path))
    assert isinstance(result, BrokenContent)
    assert path.with_name("v.mp4.part").read_bytes() == origin.content[:2_500_000]


async def test_the_true_type_is_reported_under_any_name(origin, tmp_path):
    path = tmp_path / "i.webp"
    response = await save(origin, path, respond_with(200, JPEG), kind="image")
    assert response.meta["saved"].media_type == "image/jpeg"


async def test_files_are_asked_for_as_they_are(origin, path):
    request = build_file_request(origin.url, path)
    request.headers["Accept-Encoding"] = "gzip, br"
    await fetch(request)
    assert origin.requests[0].headers["Accept-Encoding"] == "identity"


# The disk


@pytest.mark.skipif(sys.platform == "win32", reason="needs RLIMIT_FSIZE")
async def test_a_full_disk_is_reported_and_keeps_the_part(origin, path, monkeypatch):
    import resource
    import signal

    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, limit[1]))
        (result,), _ = await fetch(build_file_request(origin.url, path))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert isinstance(result, DiskError)
    assert "File too large" in str(result)
    assert path.with_name("v.mp4.part").read_bytes() == origin.content[:1_500_000]
    assert (await fetch(build_file_request(origin.url, path)))[0][0].meta[
        "saved"
    ].resumed_from == 1_500_000


async def test_an_unwritable_folder_is_reported(origin, tmp_path):
    (tmp_path / "file").touch()
    result = await save(origin, tmp_path / "file" / "v.mp4", respond_with(200, make_video(5000)))
    assert isinstance(result, DiskError)
    assert len(origin.requests) <= 1


async def test_bytes_are_on_disk_before_the_name(origin, path, monkeypatch):
    synced = []
    monkeypatch.setattr(
        "f2scrapy.download.part_file._sync_data", lambda _: synced.append(path.exists())
    )
    await fetch(build_file_request(origin.url, path))
    assert synced == [False]


async def test_two_contents_for_one_name_are_an_error(origin, path):
    requests = (
        build_file_request(origin.url, path, key="one"),
        build_file_request(origin.url, path, key="two"),
    )
    results, _ = await fetch(*requests)
    assert sorted(isinstance(result, DiskError) for result in results) == [False, True]
    assert path.read_bytes() == origin.content


class Bar:
    """An extension as a progress bar is one."""

    def __init__(self, crawler):
        self.transfers = []
        crawler.signals.connect(self.begin, transfer_started)

    @classmethod
    def from_crawler(cls, crawler):
        cls.last = cls(crawler)
        return cls.last

    def begin(self, transfer):
        self.transfers.append(transfer)


async def test_a_progress_bar_can_look_on(origin, path):
    await fetch(build_file_request(origin.url, path), EXTENSIONS={Bar: 0})
    (transfer,) = Bar.last.transfers
    assert (transfer.received, transfer.total) == (len(origin.content), len(origin.content))
    assert transfer.ended.is_set()


# Parts of Scrapy it needs


@pytest.mark.parametrize(
    ("hook", "signature"),
    [
        ("_make_request", ["self", "request", "timeout"]),
        ("_extract_headers", ["response"]),
        ("_build_base_response_args", ["response", "request", "headers"]),
        ("_iter_body_chunks", ["response"]),
        ("_cancel_maxsize", ["size", "limit", "request", "expected"]),
    ],
)
def test_the_hooks_are_as_we_know_them(hook, signature):
    assert list(inspect.signature(getattr(AiohttpDownloadHandler, hook)).parameters) == signature


async def test_scrapys_slots_alone_bound_the_connections(origin):
    limits = []

    class Spied(FileHandler):
        def __init__(self, crawler):
            super().__init__(crawler)
            connector = self._session.connector
            limits.extend([connector.limit, connector.limit_per_host])

    await fetch(Request(origin.url), DOWNLOAD_HANDLERS={"http": Spied})
    assert limits == [0, 0]


@pytest.mark.parametrize(
    ("behaviour", "settings"),
    [(cut_in_memory, {}), (respond_with(200, bytes(5000)), {"DOWNLOAD_MAXSIZE": 1000}),
     (send_chunked(bytes(5000)), {"DOWNLOAD_MAXSIZE": 1000})],
)  # fmt: skip
async def test_no_warning_shows_the_address_of_an_answer(origin, caplog, behaviour, settings):
    origin.script = [behaviour]
    (error,), _ = await fetch(Request(f"{origin.url}?msToken=secret"), RETRY_TIMES=0, **settings)
    assert isinstance(error, ResponseDataLossError | DownloadCancelledError)
    told = [r.getMessage() for r in caplog.records if r.name.startswith("scrapy.core")]
    assert "secret" not in f"{told} {error}"


async def test_no_warning_speaks_of_an_experiment(origin, caplog):
    caplog.set_level(logging.WARNING)
    await fetch(Request(origin.url))
    assert "experimental" not in caplog.text


def test_what_another_try_cannot_cure_is_not_retried():
    retried = tuple(load_object(each) for each in RETRY_EXCEPTIONS)
    assert not issubclass(BrokenContent, retried)
    assert not issubclass(DiskError, retried)


# As the identity's browser asks


def prepared(origin, path, kind, **headers):
    request = build_file_request(origin.url, path, kind=kind)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    request.meta[PREPARED] = PreparedRequest(origin.url, {**names, "Priority": "i"}, kind)
    return request


async def test_headers_are_sent_in_the_browsers_order_and_spelling(origin, path):
    request = prepared(origin, path, "video", **{"sec-ch-ua": "x", "Accept": "*/*", "a-b": "1"})
    await fetch(request)
    names = [name.decode() for name, _ in origin.requests[0].raw_headers]
    assert names == ["Host", "Connection", "sec-ch-ua", "Accept", "a-b", "Accept-Encoding"]


async def test_a_picture_that_comes_compressed_is_asked_for_as_it_is(origin, path):
    origin.content = JPEG
    packed = {"Content_Encoding": "gzip"}
    origin.script = [respond_with(200, gzip.compress(JPEG), **packed), respond_with(200, JPEG)]
    (response,), _ = await fetch(prepared(origin, path, "image", Accept_Encoding="gzip, br"))
    assert response.flags == ["saved"]
    asked = [request.headers["Accept-Encoding"] for request in origin.requests]
    assert asked == ["gzip, br", "identity"]
    assert path.read_bytes() == JPEG


@pytest.mark.parametrize("status", [416, 206])
async def test_a_server_that_knows_no_range_from_0_gets_a_plain_request(origin, path, status):
    wrong = respond_with(status, b"x" * 10, Content_Range="bytes 7-16/17")
    origin.script = [wrong]
    (response,), _ = await fetch(prepared(origin, path, "video", Range="bytes=0-"))
    assert response.flags == ["saved"]
    assert origin.ranges == ["bytes=0-", None]
    assert path.read_bytes() == origin.content


async def test_name_that_resolves_into_the_own_network_is_not_connected_to(
    origin, path, monkeypatch
):
    """The name of a file's host is anybody's: what it resolves to decides."""
    real = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        inside = {"innocent.example": "127.0.0.1", "www.douyin.com": "93.184.216.34"}
        return real(inside.get(host, host), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    url = origin.url.replace("127.0.0.1", "innocent.example")
    monkeypatch.setattr(FetchSpider, "name", "douyin_fetch")
    (result,), _ = await fetch(build_file_request(url, path))
    assert isinstance(result, IgnoreRequest)
    assert describe_error(result) == "its address is one within the local network"
    assert origin.requests == []


async def test_the_second_try_does_not_connect_to_it_either(origin, path, monkeypatch):
    """The name has another address by then: first as all names behind a VPN, then a local one."""
    real = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        platform = "93.184.216.34" if origin.requests else "10.0.0.1"
        names = {"innocent.example": "127.0.0.1", "www.douyin.com": platform}
        return real(names.get(host, host), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(FetchSpider, "name", "douyin_fetch")
    origin.script = [respond_with(403, b"")]
    request = prepared(origin, path, "image")
    url = origin.url.replace("127.0.0.1", "innocent.example")
    sent = PreparedRequest(url, {"Accept": "*/*"}, "image")
    request = request.replace(url=url, meta={**request.meta, PREPARED: sent})
    (result,), stats = await fetch(request)
    assert describe_error(result) == "its address is one within the local network"
    assert stats["f2/browser_tries"] == len(origin.requests) == 1
