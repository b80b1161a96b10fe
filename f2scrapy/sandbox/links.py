"""v.douyin.com: short links, the honest ones and the others.

/u-NAME/ leads to a user, /w-AWEME_ID/ and /n-AWEME_ID/ to a work, /r-ROOM_ID/ to a live room,
/away/ leaves the platform, /endless/ leads to itself by a detour, /long/ takes eight hops, /gone/
is no more.
"""

from __future__ import annotations

import re

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.checks import Route, secrets_sent
from f2scrapy.sandbox.exchange import Answer, Ask, html, redirect
from f2scrapy.sandbox.world import World

_WEB = "https://www.douyin.com"
_SHARE = "https://www.iesdouyin.com/share"
_TAIL = "region=CN&mid=0&u_code=0&titleType=title&utm_source=copy&utm_campaign=client_share"


def short_link(ask: Ask, world: World) -> Answer:
    """One hop on."""
    _note_secrets(ask, world)
    code = ask.path.strip("/")
    if user := world.catalogue.by_name.get(code.removeprefix("u-").replace("_", " ")):
        sec = user.sec_user_id
        return redirect(f"{_SHARE}/user/{sec}?sec_uid={sec}&{_TAIL}")
    if work := re.fullmatch(r"([wn])-(\d+)", code):
        kind = "video" if work[1] == "w" else "note"
        return redirect(f"{_SHARE}/{kind}/{work[2]}/?{_TAIL}")
    if room := re.fullmatch(r"r-(\d+)", code):
        return redirect(f"https://webcast.amemv.com/douyin/webcast/reflow/{room[1]}?{_TAIL}")
    return _trick(code)


def _trick(code: str) -> Answer:
    if hops := re.fullmatch(r"long-?(\d*)", code):
        left = int(hops[1] or 8) - 1
        return redirect(f"https://v.douyin.com/long-{left}/" if left else f"{_WEB}/")
    onward = {
        "away": "https://evil.example/collect?from=short",
        "endless": "https://v.douyin.com/endless-2/",
        "endless-2": "https://v.douyin.com/endless/",
        "plain": "http://www.douyin.com/",
    }.get(code)
    return redirect(onward) if onward else html("<title>抖音</title>链接已失效", 404)


def share_page(ask: Ask, world: World) -> Answer:
    """www.iesdouyin.com: sends a desktop browser to the big site."""
    _note_secrets(ask, world)
    found = re.fullmatch(r"/share/(user|video|note|slides)/([\w-]+)/?", ask.path)
    return redirect(f"{_WEB}/{found[1]}/{found[2]}?previous_page=app_code_link") if found else (
        html("<title>抖音</title>", 404)
    )  # fmt: skip


def login_page(ask: Ask, world: World) -> Answer:
    """Where the platform sends those it wants to log in."""
    del ask, world
    return refusals.login_page()


def outside(ask: Ask, world: World) -> Answer:
    """A host that is none of the platforms'."""
    world.note(ask, f"asked {ask.host}, outside the platforms")
    _note_secrets(ask, world)
    return html("<title>you should not be here</title>")


def _note_secrets(ask: Ask, world: World) -> None:
    for what in secrets_sent(ask):
        world.note(ask, what)


PATTERNS = {
    r"v\.douyin\.com/.*": Route("link", short_link),
    r"(www|m)\.(iesdouyin|amemv)\.com/share/.*": Route("link", share_page),
    r"sso\.douyin\.com/.*": Route("page", login_page),
}
OUTSIDE = Route("page", outside)
