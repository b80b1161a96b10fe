"""Record how a real Chromium asks: python -m f2scrapy.sandbox.tls.chromium > chromium.json

The browser opens a page of its own site through the front; its script asks as the platforms' pages
do. The result are facts of the browser alone: names, order and values of headers, JA4, HTTP/2.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from fnmatch import fnmatch
from tempfile import TemporaryDirectory
from typing import Any

from f2scrapy.sandbox.tls.exchange import Answer, Connection, Seen, send_once
from f2scrapy.sandbox.tls.front import Front

NAMES = ("chromium", "google-chrome", "chromium-headless-shell")
# What differs in the browser without a window (2026-11-30, both of Debian, 156.0.8078.114): pattern
# of the fact, its value, the reason.
SHELL_DIFFERENCES = (
    ("ja4/h2", "t13d1516h2_8daaf6152771_806a8c22fdea",
     "it does not send the extension trust_anchors"),
    ("ja4/http*1.1", "t13d1515h1_8daaf6152771_e4c2b8c727f2", "likewise"),
    ("*/values/sec-fetch-storage-access", "active", "it blocks no cookies of other sites"),
)  # fmt: skip
_LIMIT_S = 60.0  # for one visit
_PAGE = """<!doctype html><meta charset=utf-8><link rel=icon href=data:,>
<script>
const ask = async (url, options) => { try { await (await fetch(url, options)).text() } catch {} };
const post = (body, type, more) => (
  {method: 'POST', body, headers: {'Content-Type': type}, ...more});
const wait = (make, ms = 4000) => new Promise(done => { make(done); setTimeout(done, ms) });
const play = (tag, url) => wait(done => {
  const it = document.createElement(tag); it.muted = true; it.preload = 'auto';
  it.onerror = it.onloadeddata = done; it.src = url; document.body.append(it) });
const accept = 'application/json, text/plain, */*';
const own = {Accept: accept, 'x-tt-argus': '1', 'uifid': 'u', 'x-secsdk-web-signature': 's',
  'x-secsdk-web-expire': '9'};
addEventListener('load', async () => {
  if (location.search) return fetch('/done');
  await ask('/api/plain');
  await ask('/api/accept', {headers: {Accept: accept}});
  await ask('/api/argus', {headers: {Accept: accept, 'x-tt-argus': '1'}});
  await ask('/api/uifid', {headers: {Accept: accept, 'x-tt-argus': '1', 'uifid': 'u'}});
  await ask('/api/own', {headers: own});
  await ask('/api/post', post('{"a":1}', 'application/json'));
  const form = 'application/x-www-form-urlencoded; charset=UTF-8';
  await ask('/api/post/accept',
    {method: 'POST', body: 'a=1', headers: {...own, 'Content-Type': form}});
  await ask('/api/post/empty', {method: 'POST'});
  await wait(done => { const it = new XMLHttpRequest(); it.open('GET', '/api/xhr');
    it.setRequestHeader('Accept', accept); it.onloadend = done; it.send() });
  const text = 'text/plain;charset=UTF-8', kind = 'application/json; charset=utf-8';
  await ask('https://mssdk.bytedance.com/token', post('{"b":1}', text));
  await ask('https://mcs.zijieapi.com/token', post('{"b":1}', kind, {credentials: 'include'}));
  await ask('https://live.douyin.com/api/site', {credentials: 'include'});
  await wait(done => { const it = new Image(); it.onload = it.onerror = done;
    it.src = 'https://p3-sign.douyinpic.com/a.png' });
  await wait(done => { const it = new Image(); it.onload = it.onerror = done;
    it.src = '/same.png' });
  await play('video', 'https://v3-web.douyinvod.com/a.mp4');
  await play('audio', 'https://v3-web.douyinvod.com/a.mp3');
  await play('video', '/same.mp4');
  await wait(done => { const it = new WebSocket('wss://webcast5-ws-web-hl.douyin.com/socket');
    it.onopen = it.onerror = () => { it.close(); done() } });
  location.href = '/?second';
});
</script>"""
_KINDS = {  # by method, host and path
    "GET www.douyin.com/": "navigation",
    "GET www.douyin.com/?second": "navigation, from a page",
    "GET www.douyin.com/api/plain": "fetch GET",
    "GET www.douyin.com/api/accept": "fetch GET, Accept set",
    "GET www.douyin.com/api/argus": "fetch GET, Accept and x-tt-argus set",
    "GET www.douyin.com/api/uifid": "fetch GET, Accept, x-tt-argus and uifid set",
    "GET www.douyin.com/api/own": "fetch GET, Accept and own headers set",
    "GET www.douyin.com/api/xhr": "XHR GET, Accept set",
    "POST www.douyin.com/api/post": "fetch POST",
    "POST www.douyin.com/api/post/accept": "fetch POST, Accept and own headers set",
    "POST www.douyin.com/api/post/empty": "fetch POST, no body",
    "POST mssdk.bytedance.com/token": "fetch POST, cross-site",
    "POST mcs.zijieapi.com/token": "fetch POST, cross-site, credentials",
    "OPTIONS mcs.zijieapi.com/token": "preflight",
    "GET live.douyin.com/api/site": "fetch GET, same-site",
    "GET p3-sign.douyinpic.com/a.png": "image",
    "GET www.douyin.com/same.png": "image, same-origin",
    "GET v3-web.douyinvod.com/a.mp4": "video",
    "GET v3-web.douyinvod.com/a.mp3": "audio",
    "GET www.douyin.com/same.mp4": "video, same-origin",
    "GET webcast5-ws-web-hl.douyin.com/socket": "WebSocket",
}
_OWN = {"user-agent", "sec-ch-ua", "sec-ch-ua-platform", "cookie", "host", "sec-websocket-key",
        "content-length", "uifid"}  # values of one machine or one request  # fmt: skip


def find_browser() -> str | None:
    """Return the path of an installed Chromium; None = there is none."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def is_shell(browser: str) -> bool:
    """Return whether it is the browser without a window, which differs in a few facts."""
    return "headless-shell" in browser


@asynccontextmanager
async def respond(seen: Seen) -> AsyncIterator[Answer]:
    """Answer as the browser's page needs it."""
    path = seen.path.partition("?")[0]
    kind, body, status = "application/json", b"{}", 200
    fields = [("Access-Control-Allow-Origin", seen.get("Origin") or "*"),
              ("Access-Control-Allow-Headers", "content-type"),
              ("Access-Control-Allow-Credentials", "true")]  # fmt: skip
    if path == "/":
        kind, body = "text/html", _PAGE.encode()
        end = "Path=/; Domain=.douyin.com; Secure; SameSite=None"
        fields += [("Set-Cookie", f"{pair}; {end}") for pair in ("ttwid=1%7Ca", "s_v_web_id=v")]
    elif path.endswith(".png"):
        kind, body = "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    elif path.endswith((".mp4", ".mp3")):
        kind, body, status = "video/mp4", bytes(1000), 206
        fields += [("Content-Range", "bytes 0-999/1000"), ("ETag", '"1"')]
    fields += [("Content-Type", kind), ("Content-Length", str(len(body)))]
    yield Answer(status, fields, send_once(body))


async def record(browser: str, alpn: tuple[str, ...] = ("h2", "http/1.1")) -> list[Connection]:
    """Let the browser visit the page; return what the server saw.

    Raises:
        TimeoutError: the browser does not come, or does not finish.
    """
    with TemporaryDirectory(prefix="f2-chromium-", ignore_cleanup_errors=True) as profile:
        async with Front(respond, alpn=alpn) as front:
            process = await asyncio.create_subprocess_exec(
                browser, *_build_options(browser, front.url, profile), "https://www.douyin.com/",
                stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
            try:
                async with asyncio.timeout(_LIMIT_S):
                    while not any(seen.path == "/done" for seen in front.requests):  # noqa: ASYNC110
                        await asyncio.sleep(0.1)
            finally:
                os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
            return front.connections


def _build_options(browser: str, proxy: str, profile: str) -> list[str]:
    languages = "zh-CN,zh;q=0.9" if is_shell(browser) else "zh-CN,zh"  # it adds no weights itself
    return [
        "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-quic",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--ignore-certificate-errors", "--autoplay-policy=no-user-gesture-required",
        "--lang=zh-CN", f"--accept-lang={languages}", "--remote-debugging-port=0",
        f"--proxy-server={proxy}", f"--user-data-dir={profile}",
    ]  # fmt: skip


def describe(connections: list[Connection]) -> dict[str, Any]:
    """Return the facts of a browser that do not change from run to run."""
    facts: dict[str, Any] = {"browser": "", "ja4": {}, "http2": "", "kinds": {}}
    for connection in connections:
        hello = connection.hello
        if hello and not hello.is_resumed and connection.requests:
            facts["ja4"][connection.protocol] = hello.ja4
        facts["http2"] = facts["http2"] or connection.settings
        for seen in connection.requests:
            kind = _KINDS.get(f"{seen.method} {seen.host}{seen.path}")
            facts["browser"] = facts["browser"] or _describe_browser(seen)
            if kind:
                facts["kinds"].setdefault(kind, describe_request(seen))
    return facts


def _describe_browser(seen: Seen) -> str:
    """Return the user agent, as a browser with a window has it."""
    agent = seen.get("User-Agent").replace("HeadlessChrome", "Chrome")
    return re.sub(r"(Chrome/\d+)[.\d]+", r"\1.0.0.0", agent)


def describe_request(seen: Seen) -> dict[str, Any]:
    """Return the facts of one request: priority, and headers by name in their order."""
    fields = {name.lower(): value for name, value in seen.fields}
    values = {name: value for name, value in fields.items() if name not in _OWN}
    return {"priority": seen.priority, "order": seen.names, "values": values}


def get_major(facts: dict[str, Any]) -> int:
    """Return the major version of the browser that the facts are of."""
    return int(facts["browser"].partition("Chrome/")[2].partition(".")[0])


def find_differences(ours: Any, theirs: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield name and value of each fact of `theirs` that is another one in `ours`."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        if ours != theirs:
            yield where, theirs
        return
    for name in {**ours, **theirs}:
        below = f"{where}/{name}" if where else name
        yield from find_differences(ours.get(name), theirs.get(name), below)


def is_shells_own(name: str, value: Any) -> bool:
    """Return whether a difference is one that the browser without a window always has."""
    return any(fnmatch(name, pattern) and value == own for pattern, own, _ in SHELL_DIFFERENCES)


async def record_both(browser: str) -> dict[str, Any]:
    """Return the facts of a browser through HTTP/2, and its headers through HTTP/1.1."""
    facts = describe(await record(browser))
    facts["http/1.1"] = {
        kind: {"order": it["order"], "values": it["values"]}
        for kind, it in describe(await record(browser, ("http/1.1",)))["kinds"].items()
    }
    return facts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("browser", nargs="?", default=find_browser())
    browser = parser.parse_args().browser
    if browser is None:
        sys.exit(f"no Chromium is installed: {', '.join(NAMES)}")
    json.dump(asyncio.run(record_both(browser)), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
