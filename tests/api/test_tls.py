"""A server without a valid certificate receives no secret; crawls pass through proxies."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from support.crawling import Crawler, Play, Run
from support.listener import SECRET

from f2scrapy.api.session import Session
from f2scrapy.api.signed_request import PreparedRequest
from f2scrapy.danmaku.reconnect import Reconnector, ReconnectPolicy
from f2scrapy.errors import Refused
from f2scrapy.live.fragment import StreamError
from f2scrapy.live.source import StreamSource
from f2scrapy.model.stream import StreamAddress
from f2scrapy.notify import Notifier
from f2scrapy.platforms.douyin.endpoints.live import LiveEnter

pytestmark = pytest.mark.clock

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
FIRST = "ttwid.bytedance.com:443"  # the first host of a crawl of Douyin


@dataclass
class Between:
    """A proxy that plays all hosts itself, with a certificate of its own making."""

    address: str = ""
    asked: list[str] = field(default_factory=list)  # heads of CONNECT
    seen: asyncio.Event = field(default_factory=asyncio.Event)  # its certificate was
    # The requests of clients that accept the certificate. libcurl refuses after the handshake.
    heard: list[bytes] = field(default_factory=list)


def certificate(folder: Path) -> ssl.SSLContext:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "www.douyin.com")])
    names = x509.SubjectAlternativeName(
        [x509.DNSName(f"*.{d}.com") for d in ("douyin", "bytedance")]
    )
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    signed = made.add_extension(names, critical=False).sign(key, hashes.SHA256())
    form, pem = serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    text = signed.public_bytes(pem) + key.private_bytes(pem, form, serialization.NoEncryption())
    (folder / "own.pem").write_bytes(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "own.pem")
    return context


@pytest.fixture
async def between(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Between]:
    found, context = Between(), certificate(tmp_path)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.asked.append((await reader.readuntil(b"\r\n\r\n")).decode())
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            await writer.start_tls(context)
            found.heard.append(await reader.read(1000))
        except OSError:  # who asked has hung up
            pass
        found.seen.set()
        with suppress(OSError):
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    found.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    for name in (*PROXIES, *map(str.upper, PROXIES), "F2_SANDBOX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("F2_COOKIE", f"sessionid={SECRET}")
    monkeypatch.setenv("F2_PATH", str(tmp_path))
    yield found
    server.close()


async def session_asks() -> None:
    async with Session("douyin") as session:
        with pytest.raises(Refused, match="certificate is not valid"):
            await session.ask(LiveEnter(web_rid="1"))


async def stream_is_read() -> None:
    address = StreamAddress(
        f"https://stream.douyin.com/a.flv?sign={SECRET}", "flv", "hd", "main", "", 0
    )
    async with Session("douyin") as session, StreamSource(session.identity) as source:
        with pytest.raises(StreamError):
            await anext(source.read_arrivals(address))


async def socket_is_opened() -> None:
    async def dressed() -> PreparedRequest:
        return PreparedRequest(
            f"wss://socket.douyin.com/?signature={SECRET}", {"Cookie": f"ttwid={SECRET}"}
        )

    with pytest.raises(Refused):
        async with Reconnector(
            dressed, ReconnectPolicy(give_up_after=0, min_delay=0.01)
        ).open_sockets() as sockets:
            await anext(sockets)


async def somebody_is_notified() -> None:
    notifier = Notifier(f"https://hook.douyin.com/{SECRET}")
    notifier.send("end", "", "")
    await notifier.close()


@pytest.mark.parametrize(
    "asks", [session_asks, stream_is_read, socket_is_opened, somebody_is_notified]
)
async def test_an_impostor_learns_nothing(
    between: Between, monkeypatch: pytest.MonkeyPatch, asks: Callable[[], Awaitable[None]]
) -> None:
    monkeypatch.setenv("all_proxy", f"http://{between.address}")
    await asks()
    await asyncio.wait_for(between.seen.wait(), 10)
    assert b"".join(between.heard) == b""
    assert SECRET not in "".join(between.asked)


async def crawled(play: Play, **proxies: str) -> Run:
    crawl: Crawler = play()
    words = ("douyin_user_post", "-a", "url=https://www.douyin.com/user/MS4wLjABAAAAabcdefgh")
    options = {"F2_SANDBOX": "", "F2_RETRIES": "1"} | proxies
    return await asyncio.to_thread(crawl, *words, **options)


@pytest.mark.parametrize("name", ["https_proxy", "all_proxy"])
async def test_a_crawl_goes_through_it_and_trusts_no_impostor(
    between: Between, play: Play, name: str
) -> None:
    run = await crawled(play, **{name: f"http://me:{SECRET}@{between.address}"})
    assert (run.code, run.outcome) == (4, "NETWORK")
    assert b"".join(between.heard) == b""
    assert between.seen.is_set()
    assert between.asked[0].startswith(f"CONNECT {FIRST} ")
    assert "Proxy-Authorization: Basic bWU6" in between.asked[0]
    assert SECRET not in run.log + str(run.report)


async def test_a_certificate_of_ones_own_is_trusted_by_name(
    between: Between, play: Play, tmp_path: Path
) -> None:
    own = {"https_proxy": f"http://{between.address}", "SSL_CERT_FILE": str(tmp_path / "own.pem")}
    await crawled(play, **own)
    assert between.heard[0].startswith(b"POST /")


@pytest.mark.parametrize("name", ["https_proxy", "http_proxy", "all_proxy"])
@pytest.mark.parametrize("form", ["socks4://me:{}@127.0.0.1:1", "http://me:{}@[bad"])
async def test_what_is_no_proxy_is_one_clear_line(
    between: Between, play: Play, name: str, form: str
) -> None:
    run = await crawled(play, **{name: form.format(SECRET)})
    [line] = run.log.splitlines()
    assert (run.code, f"{name}: " in line, SECRET in line) == (1, True, False)
