"""A crawl, a Session, a recording and a chat over TLS: servers see Chromium."""

import asyncio
import json
import os
import shutil
import ssl
import sys
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from support.crawling import Crawler, Play
from support.real_browser import skip_under_faketime

from f2scrapy.api.browser_profile import load_profile
from f2scrapy.api.session import Session
from f2scrapy.danmaku.client import listen
from f2scrapy.live.runner import Runner
from f2scrapy.platforms.douyin.endpoints.posts import UserPost
from f2scrapy.sandbox.douyin.live import make_web_rid
from f2scrapy.sandbox.live.chat import ChatOptions
from f2scrapy.sandbox.tls import chromium
from f2scrapy.sandbox.tls.checks import compare, find_violations, load_facts
from f2scrapy.sandbox.tls.exchange import Seen
from f2scrapy.sandbox.tls.front import Front
from f2scrapy.sandbox.tls.sandbox_front import run_front

NAMES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*NAMES, *map(str.upper, NAMES), "F2_SANDBOX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("F2_PATH", str(tmp_path / "Download"))
    monkeypatch.setenv("F2_PACE", "0")


def build_settings(front: Front, kind: str = "http") -> dict[str, str]:
    """Return the environment that leads all traffic to the front."""
    proxy = front.url.replace("http", kind, 1)
    return {"F2_SANDBOX": "", "https_proxy": proxy, "SSL_CERT_FILE": str(front.authority)}


async def crawl_posts(crawl: Crawler, front: Front, user: str, kind: str = "http") -> Any:
    settings = build_settings(front, kind)
    return await asyncio.to_thread(crawl.run_user_post, user, **settings)


def name_kind(seen: Seen) -> str:
    """Return the name under which Chromium's facts have this kind of request."""
    site, mode = seen.get("Sec-Fetch-Site"), seen.get("Sec-Fetch-Mode")
    if mode == "navigate":
        return "navigation, from a page" if seen.get("Referer") else "navigation"
    if mode == "no-cors":
        kind = seen.get("Sec-Fetch-Dest")
        return kind if site == "cross-site" else f"{kind}, same-origin"
    if seen.method == "POST":
        credentials = ", credentials" if seen.get("Sec-Fetch-Storage-Access") else ""
        return "fetch POST" + (f", cross-site{credentials}" if site == "cross-site" else "")
    if site == "cross-site" and "json" not in seen.get(
        "Accept"
    ):  # a live stream, which the page's player fetches
        return "stream"
    if "json" not in seen.get("Accept"):
        return "fetch GET"
    return next((kind for name, kind in _OWN.items() if seen.get(name)), "fetch GET, Accept set")


_OWN = {  # headers that scripts of the page set
    "x-secsdk-web-signature": "fetch GET, Accept and own headers set",
    "uifid": "fetch GET, Accept, x-tt-argus and uifid set",
    "x-tt-argus": "fetch GET, Accept and x-tt-argus set",
}
_NEAREST = {"stream": "fetch GET, same-site"}  # the recorded kind that is most like it


def find_differences(front: Front, language: str) -> dict[str, list[str]]:
    """Return what distinguishes the requests from Chromium's, by kind; all kinds are in it."""
    found = {}
    for seen in front.requests:
        if seen.get("Upgrade"):
            continue  # a WebSocket
        facts = load_facts()["kinds" if seen.connection.protocol == "h2" else "http/1.1"]
        fact = dict(facts[_NEAREST.get(name_kind(seen), name_kind(seen))])
        values = fact["values"] | {"accept-language": language}
        if values["sec-fetch-site"] == "same-origin" != seen.get("Sec-Fetch-Site"):
            values["sec-fetch-site"] = seen.get("Sec-Fetch-Site")  # not recorded of this kind
            names = [name.lower() for name in fact["order"]]
            if seen.get("Sec-Fetch-Mode") == "cors" and "origin" not in names:
                place = names.index("sec-fetch-site")
                name = "origin" if seen.connection.protocol == "h2" else "Origin"
                fact["order"] = [*fact["order"][:place], name, *fact["order"][place:]]
        if name_kind(seen) == "stream":
            values |= {"sec-fetch-site": "cross-site"}
        if "range" in values and seen.get("If-Range"):
            continue
        found.setdefault(name_kind(seen), set()).update(compare(seen, fact | {"values": values}))
    return {kind: sorted(differences) for kind, differences in found.items()}


ZH, EN = "zh-CN,zh;q=0.9", "en-US,en;q=0.9"


async def test_a_whole_crawl_looks_like_chromium(play: Play) -> None:
    crawl = play()
    async with run_front(crawl.sandbox) as front:
        run = await crawl_posts(crawl, front, "mixed")
        differences = find_differences(front, ZH)
    assert run.code in (0, 3), run.log
    kinds = ["navigation", "fetch GET, Accept and own headers set",
             "fetch GET, Accept, x-tt-argus and uifid set", "fetch POST, cross-site",
             "fetch POST, cross-site, credentials", "image", "video", "audio"]  # fmt: skip
    assert differences == {kind: [] for kind in kinds}
    assert crawl.take_report()["violations"] == []
    assert run.report["browser_tries"] == 0


async def test_pages_and_tokens_of_tiktok_do_so_too(play: Play) -> None:
    crawl = play(platform="tiktok")
    async with run_front(crawl.sandbox) as front:
        run = await crawl_posts(crawl, front, "one")
        differences = find_differences(front, EN)
    assert run.code == 0, run.log
    assert {"navigation", "fetch GET", "fetch POST", "image"} <= set(differences)
    assert not any(differences.values()), differences
    assert crawl.take_report()["violations"] == []


async def test_an_image_cdn_that_refuses_aiohttp_serves_the_browser(play: Play) -> None:
    """Covers refused with 403 come at the second try, and the report counts these."""
    crawl = play("picky_cdn~douyinpic")
    async with run_front(crawl.sandbox) as front:
        run = await crawl_posts(crawl, front, "one")
        second = [seen for seen in front.requests
                  if name_kind(seen) == "image" and seen.connection.protocol == "h2"]  # fmt: skip
        differences = find_differences(front, ZH)
    assert (run.code, run.outcome) == (0, "OK"), run.log
    assert crawl.check_files("one") > 1
    assert differences["image"] == []
    assert [text for seen in second for text in find_violations(seen)] == []
    assert len(second) == run.report["browser_tries"]
    assert run.report["browser_tries"] == crawl.sandbox.state.faults.to_json()["picky_cdn"] > 0


async def test_a_live_host_that_refuses_aiohttp_serves_the_browser(play: Play) -> None:
    """After the first 403 all requests of that host go through the browser's connections."""
    crawl = play("picky_cdn~stream")
    async with run_front(crawl.sandbox) as front:
        owner = crawl.sandbox.state.catalogue.by_name["one"]
        words = ("douyin_live", "-a", f"url=https://live.douyin.com/{make_web_rid(owner)}")
        settings = build_settings(front) | {"F2_MEDIA": "live"}
        running = asyncio.create_task(asyncio.to_thread(crawl, *words, **settings))
        await asyncio.to_thread(crawl.wait_for_segments)
        crawl.sandbox.state.switch_on("over")
        run = await running
        streams = [seen for seen in front.requests if name_kind(seen) == "stream"]
    assert (run.code, run.outcome, run.report["files"]) == (0, "OK", 1), run.log
    assert run.report["browser_tries"] == 1
    assert [seen.connection.protocol for seen in streams] == ["http/1.1", "h2"]


@pytest.mark.parametrize("kind", ["socks5h", "http"])
async def test_everything_goes_through_a_proxy(play: Play, kind: str) -> None:
    crawl = play()
    async with run_front(crawl.sandbox) as front:
        run = await crawl_posts(crawl, front, "one", kind)
        assert run.code == 0, run.log
        assert crawl.check_files("one") > 0
        hosts = {seen.host for seen in front.requests}
    assert {"www.douyin.com", "ttwid.bytedance.com"} < hosts
    assert any("douyinvod" in host for host in hosts)


@asynccontextmanager
async def open_front(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Any, Front]]:
    crawl = play(chat=ChatOptions(rate=20, seconds=6))
    async with run_front(crawl.sandbox) as front:
        for name, value in build_settings(front).items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("F2_SANDBOX")
        yield crawl, front


async def test_a_session_looks_like_chromium(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_front(play, monkeypatch) as (crawl, front):
        user = crawl.sandbox.state.catalogue.by_name["one"]
        async with Session("douyin", guest=True) as session:
            assert await session.ask(UserPost(sec_user_id=user.sec_user_id))
        differences = find_differences(front, ZH)
    assert not any(differences.values()), differences
    assert "fetch GET, Accept and own headers set" in differences
    assert crawl.take_report()["violations"] == []


async def test_a_recording_and_its_chat_look_like_chromium(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_front(play, monkeypatch) as (crawl, front):
        owner = crawl.sandbox.state.catalogue.by_name["one"]
        room = f"https://live.douyin.com/{make_web_rid(owner)}"
        events = [event async for event in listen(room, duration=3)]
        runner = Runner({})
        asyncio.get_running_loop().call_later(3, runner.stop.set)
        [result] = await runner.run([room])
        differences = find_differences(front, ZH)
        sockets = [seen for seen in front.requests if seen.get("Upgrade")]
    assert events
    assert result.recording
    assert result.recording.segments
    assert {"stream", "fetch GET, Accept set"} < set(differences)
    assert not any(differences.values()), differences
    assert crawl.take_report()["violations"] == []
    fact = load_facts()["kinds"]["WebSocket"]
    for seen in sockets:
        assert seen.names == fact["order"]
        assert seen.get("Sec-WebSocket-Extensions") == fact["values"]["sec-websocket-extensions"]
        assert seen.get("Pragma") == seen.get("Cache-Control") == "no-cache"
        assert seen.get("Origin") == "https://live.douyin.com"
    assert sockets


def test_our_handshake_is_compared_with_a_true_one() -> None:
    """The stored facts are those of the version that client.yaml names."""
    facts, profile = load_facts(), load_profile("douyin")
    assert f"Chrome/{profile.browser.version.partition('.')[0]}." in facts["browser"]
    assert facts["ja4"]["h2"] == "t13d1517h2_8daaf6152771_cb7bf5808d99"
    assert facts["http2"] == "1:65536;2:0;4:6291456;6:262144|15663105|0|m,a,s,p"


async def test_a_client_that_is_no_browser_is_noted(play: Play) -> None:
    crawl = play()
    async with run_front(crawl.sandbox) as front, aiohttp.ClientSession() as http:
        trusted = ssl.create_default_context(cafile=front.authority)
        async with http.get("https://www.douyin.com/", proxy=front.url, ssl=trusted) as response:
            await response.read()
    what = [row["what"] for row in crawl.take_report()["violations"]]
    assert [text for text in what if text.startswith("TLS: JA4")]
    assert "TLS: http/1.1 in place of HTTP/2" in what


async def test_the_program_says_how_to_use_it() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "f2scrapy.sandbox", "--tls", "--until-eof",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    lines = [(await process.stdout.readline()).decode() for _ in range(2)]
    assert lines[0].startswith("F2_SANDBOX=http://127.0.0.1:")
    proxy, authority = (word.partition("=")[2] for word in lines[1].split())
    assert proxy.startswith("http://127.0.0.1:")
    assert ssl.create_default_context(cafile=authority).get_ca_certs()
    await process.communicate(b"")


async def record_installed(name: str) -> dict[str, Any]:
    """Return the facts of an installed browser of the stored version; skip if there is none."""
    browser = shutil.which(name)
    if browser is None:
        pytest.skip(f"{name} is not installed")
    found = await chromium.record_both(browser)
    ours, theirs = (chromium.get_major(facts) for facts in (load_facts(), found))
    if ours != theirs:
        warnings.warn(f"Chromium {theirs} is installed, {ours} is stored: record it", stacklevel=1)
        pytest.skip(f"{name} is Chromium {theirs}")
    return found


@pytest.mark.filterwarnings("default:Chromium:UserWarning")  # shown, and no failure
@pytest.mark.parametrize("name", chromium.NAMES)
async def test_a_real_chromium_shows_what_is_stored(name: str) -> None:
    """If this fails, the browser has changed: record it again (sandbox/tls/chromium.py)."""
    skip_under_faketime()
    found = await record_installed(name)
    differences = [*chromium.find_differences(load_facts(), found)]
    if chromium.is_shell(name):
        differences = [it for it in differences if not chromium.is_shells_own(*it)]
    assert differences == []


def test_a_changed_browser_would_be_seen() -> None:
    stored = load_facts()
    changed = json.loads(json.dumps(stored))
    changed["kinds"]["image"]["values"]["priority"] = "u=2"
    changed["kinds"]["image"]["values"]["sec-fetch-storage-access"] = "active"
    changed["ja4"]["h2"] = "t13d0"
    del changed["http/1.1"]["navigation"]
    found = [it for it in chromium.find_differences(stored, changed)
             if not chromium.is_shells_own(*it)]  # fmt: skip
    assert found == [("ja4/h2", "t13d0"), ("kinds/image/values/priority", "u=2"),
                     ("http/1.1/navigation", None)]  # fmt: skip


def test_the_continuous_integration_has_a_browser() -> None:
    if not os.environ.get("CI"):
        pytest.skip("only there")
    assert chromium.find_browser(), "it installs chromium-headless-shell"
