"""v.douyin.com, vm.tiktok.com, vt.tiktok.com: short links, the honest ones and the others.

/u-NAME/ leads to a user, /w-AWEME_ID/ and /n-AWEME_ID/ to a work; /r-ROOM_ID/ to a live room of
Douyin's, /l-NAME/ to one of TikTok's, /p-NUMBER-MIX_ID/ to a playlist of a user's.
/away/ leaves the platform, /endless/ leads to itself by a detour, /long/ takes eight hops, /gone/
is no more.
"""

from __future__ import annotations

import re

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.checks import Route, secrets_sent
from f2scrapy.sandbox.http_types import Answer, Ask, html, redirect
from f2scrapy.sandbox.state import World

_WEB = "https://www.douyin.com"
_TIKTOK = "https://www.tiktok.com"
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
    return _trick(code, "https://v.douyin.com", _WEB)


def tiktok_link(ask: Ask, world: World) -> Answer:
    """One hop on, to the page itself; on www.tiktok.com the code stands behind /t/."""
    if ask.host != "www.tiktok.com":
        _note_secrets(ask, world)
    code = ask.path.removeprefix("/t/").strip("/")
    tail = "_r=1&_t=ZS-8sandbox&is_from_webapp=1&share_app_id=1180"
    if user := world.catalogue.by_name.get(code.partition("-")[2].replace("_", " ")):
        live = "/live" if code.startswith("l-") else ""
        return redirect(f"{_TIKTOK}/@{user.unique_id}{live}?{tail}")
    if mix := re.fullmatch(r"p-(\d+)-(\d+)", code):
        return redirect(f"{_TIKTOK}/@sandbox{mix[1]}/playlist/list-{mix[2]}?{tail}")
    if work := re.fullmatch(r"([wn])-(\d+)", code):
        kind = "video" if work[1] == "w" else "photo"
        return redirect(f"{_TIKTOK}/@/{kind}/{work[2]}?{tail}")
    return _trick(code, f"https://{ask.host}", _TIKTOK)


def _trick(code: str, here: str, home: str) -> Answer:
    if hops := re.fullmatch(r"long-?(\d*)", code):
        left = int(hops[1] or 8) - 1
        return redirect(f"{here}/long-{left}/" if left else f"{home}/")
    onward = {
        "away": "https://evil.example/collect?from=short",
        "endless": f"{here}/endless-2/",
        "endless-2": f"{here}/endless/",
        "plain": f"{home.replace('https', 'http')}/",
    }.get(code)
    return redirect(onward) if onward else html("<title>404</title>链接已失效", 404)


def share_page(ask: Ask, world: World) -> Answer:
    """www.iesdouyin.com: sends a desktop browser to the big site."""
    _note_secrets(ask, world)
    found = re.fullmatch(r"/share/(user|video|note|slides)/([\w-]+)/?", ask.path)
    return redirect(f"{_WEB}/{found[1]}/{found[2]}?previous_page=app_code_link") if found else (
        html("<title>抖音</title>", 404)
    )  # fmt: skip


def login_page(ask: Ask, world: World) -> Answer:
    """Where the platform sends those it wants to log in."""
    del world
    return refusals.named("login_page", ask.platform)


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
    r"(vm|vt)\.tiktok\.com/.*": Route("link", tiktok_link),
    r"www\.tiktok\.com/t/.*": Route("link", tiktok_link),
    r"www\.tiktok\.com/login.*": Route("page", login_page),
}
OUTSIDE = Route("page", outside)
