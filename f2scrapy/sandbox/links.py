"""Serve the short links of both platforms, valid and malicious.

/u-NAME/ leads to a user, /w-AWEME_ID/ and /n-AWEME_ID/ to a work, /r-ROOM_ID/ to a live room of
Douyin, /l-NAME/ to one of TikTok, /p-NUMBER-MIX_ID/ to a playlist and /c-NUMBER-ID/ to a
collection of a user. /away/ leaves the platform, /endless/ is a loop of two, /long/ takes eight
hops, /gone/ does not exist.
"""

from __future__ import annotations

import re

from f2scrapy.sandbox import refusals
from f2scrapy.sandbox.checks import Route, find_secrets
from f2scrapy.sandbox.http_types import Reply, Request, redirect, respond_html
from f2scrapy.sandbox.state import State

_WEB = "https://www.douyin.com"
_TIKTOK = "https://www.tiktok.com"
_SHARE = "https://www.iesdouyin.com/share"
_TAIL = "region=CN&mid=0&u_code=0&titleType=title&utm_source=copy&utm_campaign=client_share"


def serve_short_link(request: Request, state: State) -> Reply:
    """Redirect one hop."""
    _note_secrets(request, state)
    code = request.path.strip("/")
    if user := state.catalogue.by_name.get(code.removeprefix("u-").replace("_", " ")):
        sec = user.sec_user_id
        return redirect(f"{_SHARE}/user/{sec}?sec_uid={sec}&{_TAIL}")
    if work := re.fullmatch(r"([wn])-(\d+)", code):
        kind = "video" if work[1] == "w" else "note"
        return redirect(f"{_SHARE}/{kind}/{work[2]}/?{_TAIL}")
    if room := re.fullmatch(r"r-(\d+)", code):
        return redirect(f"https://webcast.amemv.com/douyin/webcast/reflow/{room[1]}?{_TAIL}")
    return _serve_special(code, "https://v.douyin.com", _WEB)


def serve_tiktok_link(request: Request, state: State) -> Reply:
    """Redirect to the page itself; on www.tiktok.com the code follows /t/."""
    if request.host != "www.tiktok.com":
        _note_secrets(request, state)
    code = request.path.removeprefix("/t/").strip("/")
    tail = "_r=1&_t=ZS-8sandbox&is_from_webapp=1&share_app_id=1180"
    if user := state.catalogue.by_name.get(code.partition("-")[2].replace("_", " ")):
        live = "/live" if code.startswith("l-") else ""
        return redirect(f"{_TIKTOK}/@{user.unique_id}{live}?{tail}")
    if mix := re.fullmatch(r"p-(\d+)-(\d+)", code):
        return redirect(f"{_TIKTOK}/@sandbox{mix[1]}/playlist/list-{mix[2]}?{tail}")
    if folder := re.fullmatch(r"c-(\d+)-(\d+)", code):
        return redirect(f"{_TIKTOK}/@sandbox{folder[1]}/collection/list-{folder[2]}?{tail}")
    if work := re.fullmatch(r"([wn])-(\d+)", code):
        kind = "video" if work[1] == "w" else "photo"
        return redirect(f"{_TIKTOK}/@/{kind}/{work[2]}?{tail}")
    return _serve_special(code, f"https://{request.host}", _TIKTOK)


def _serve_special(code: str, here: str, home: str) -> Reply:
    if hops := re.fullmatch(r"long-?(\d*)", code):
        left = int(hops[1] or 8) - 1
        return redirect(f"{here}/long-{left}/" if left else f"{home}/")
    target = {
        "away": "https://evil.example/collect?from=short",
        "endless": f"{here}/endless-2/",
        "endless-2": f"{here}/endless/",
        "plain": f"{home.replace('https', 'http')}/",
    }.get(code)
    return redirect(target) if target else respond_html("<title>404</title>链接已失效", 404)


def serve_share_page(request: Request, state: State) -> Reply:
    """www.iesdouyin.com: redirects a desktop browser to www.douyin.com."""
    _note_secrets(request, state)
    found = re.fullmatch(r"/share/(user|video|note|slides)/([\w-]+)/?", request.path)
    return redirect(f"{_WEB}/{found[1]}/{found[2]}?previous_page=app_code_link") if found else (
        respond_html("<title>抖音</title>", 404)
    )  # fmt: skip


def serve_login_page(request: Request, state: State) -> Reply:
    """Serve the target of `login_redirect`."""
    del state
    return refusals.refuse("login_page", request.platform)


def serve_outside(request: Request, state: State) -> Reply:
    """Serve a host of neither platform, and note the request."""
    state.note_violation(request, f"request to {request.host}, outside the platforms")
    _note_secrets(request, state)
    return respond_html("<title>you should not be here</title>")


def _note_secrets(request: Request, state: State) -> None:
    for message in find_secrets(request):
        state.note_violation(request, message)


PATTERNS = {
    r"(v\.(douyin|iesdouyin)|jx\.douyin)\.com/.*": Route("link", serve_short_link),
    r"(www|m)\.(iesdouyin|amemv)\.com/share/.*": Route("link", serve_share_page),
    r"sso\.douyin\.com/.*": Route("page", serve_login_page),
    r"(vm|vt)\.tiktok\.com/.*": Route("link", serve_tiktok_link),
    r"www\.tiktok\.com/t/.*": Route("link", serve_tiktok_link),
    r"www\.tiktok\.com/login.*": Route("page", serve_login_page),
}
OUTSIDE = Route("page", serve_outside)
