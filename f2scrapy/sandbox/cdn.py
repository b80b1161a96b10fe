"""Serve the media hosts: find the file of an address and check the address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from f2scrapy.sandbox.catalogue import Sizes, Work
from f2scrapy.sandbox.checks import Route, check_user_agent, find_secrets
from f2scrapy.sandbox.douyin import works as douyin_works
from f2scrapy.sandbox.http_types import Reply, Request, redirect, respond_html
from f2scrapy.sandbox.media import HOSTS, TIKTOK_HOSTS, Asset
from f2scrapy.sandbox.state import State
from f2scrapy.sandbox.tiktok import works as tiktok_works

_WORK_FILE = re.compile(r"(?<!\d)(\d{19})-(\w+)")
_VIDEO = re.compile(r"/([0-9a-f]{32})/([0-9a-f]{8})/video/")
_AVATAR = re.compile(r"/(?:aweme-avatar/tos-cn-avt-0015_|tos-alisg-avt-0068/)(\d+)[.~]")
_COMMENT = re.compile(r"/comment/(\d+)~")
_PLAIN = re.compile(r"/(\d+)/([\w.-]+)\.(\w+)")
_RATIOS = {"default": douyin_works.ORIGINAL,
           **{f"{lines}p": f"v_normal_{lines}_0" for lines in (540, 720, 1080)}}  # fmt: skip
# Hosts that the app and share pages ask for a video, and the CDN that they are sent to.
_APP_HOSTS = frozenset({"aweme.snssdk.com", "www.iesdouyin.com"})
_WEB_CDN, _APP_CDN = "v11-web.douyinvod.com", "v5-dy-o-abtest.zjcdn.com"


@dataclass(frozen=True)
class Network:
    """Media hosts of one platform."""

    referers: tuple[str, ...]  # prefixes of Referer, the site's own first
    open: tuple[str, ...]  # suffixes of hosts that want none
    signed: tuple[str, ...]  # suffixes of hosts with signed addresses that expire
    first: tuple[str, ...]  # prefixes of hosts that the fault "last_mirror" takes down
    player: str  # redirect target of the platform's player; see `serve_player`
    list_slots: Callable[[Work], list[str]]  # lists the files of a work
    build_asset: Callable[[Work, str, Sizes], Asset]
    find_asset: Callable[[Work, str, Sizes], Asset | None]
    bound: str = "//"  # suffix of hosts that check `cookie`
    cookie: str = ""


NETWORKS = {
    "douyin": Network(
        # nonebot-plugin-parser 2.7.1 sends the second, others go on from a share page.
        referers=(
            "https://www.douyin.com/",
            "https://open.douyin.com/",
            "https://live.douyin.com/",
            "https://www.iesdouyin.com/",
        ),
        open=("douyinpic.com", "zjcdn.com"),  # clients of share pages send none: douyinsolver
        signed=("vod.com", "pic.com"),
        first=("v26-", "v3-", "p3-", "sf5-"),
        player="https://v11-web.douyinvod.com/{signature}/{expires:08x}/video/tos/cn/"
        "tos-cn-ve-15c001-alinc2/{file}/?a=6383&mime_type=video_mp4",
        list_slots=douyin_works.list_slots,
        build_asset=douyin_works.build_asset,
        find_asset=douyin_works.find_asset,
    ),
    "tiktok": Network(
        referers=("https://www.tiktok.com/",),
        open=(),
        signed=("-webapp-prime.tiktok.com", "-webapp.tiktok.com", "-sign-va.tiktokcdn.com"),
        first=("v16-webapp-prime", "p16-common-sign"),
        player="https://v77-webapp-prime.tiktok.com/{signature}/{expires:08x}/video/tos/alisg/"
        "tos-alisg-pve-0037c001/{file}/?a=1988&mime_type=video_mp4&tk=tt_chain_token",
        list_slots=tiktok_works.list_slots,
        build_asset=tiktok_works.build_asset,
        find_asset=tiktok_works.find_asset,
        bound=".tiktok.com",
        cookie="tt_chain_token",
    ),
}


class MediaAddress(NamedTuple):
    """The file of a work, and the signature and expiry of its address."""

    aweme_id: str
    slot: str
    signature: str
    expires: int  # s since 1970; 0 = never


def parse_address(request: Request) -> MediaAddress | None:
    """Return the address in a request; None if it names no file of a work."""
    file = _WORK_FILE.search(request.params.get("file_id", "") or request.path)
    if file is None:
        return None
    if video := _VIDEO.search(request.path):
        return MediaAddress(file[1], file[2], video[1], int(video[2], 16))
    names = ("x-signature", "signature", "sign")
    signature = next((request.params[name] for name in names if name in request.params), "")
    expires = request.get_int("x-expires") or request.get_int("expire")
    return MediaAddress(file[1], file[2], signature.rstrip("="), expires)


def serve_media(request: Request, state: State) -> Reply:
    """Serve the file of an address."""
    if not is_welcome(request, state, request.platform):
        return respond_html("<h1>403 Forbidden</h1>", 403)
    network = NETWORKS[request.platform]
    fault = state.faults.find("last_mirror")
    if fault and request.host.startswith(network.first) and fault.try_strike(request, "media"):
        return respond_html("<h1>404 Not Found</h1>", 404)
    address = parse_address(request)
    if address and request.host.endswith(network.signed) and not _is_valid(address, request, state):
        return respond_html("<h1>403 Forbidden</h1>", 403)
    asset = find_asset(request, state)
    return Reply(asset=asset) if asset else respond_html("<h1>404 Not Found</h1>", 404)


def find_asset(request: Request, state: State) -> Asset | None:
    """Return the file of an address, valid or not; None if there is none."""
    sizes = state.options.sizes
    if found := _AVATAR.search(request.path):
        return sizes.build_asset("jpeg", f"avatar-{found[1]}")
    if found := _COMMENT.search(request.path):
        return sizes.build_asset("webp", f"comment-{found[1]}")
    address = parse_address(request)
    work = state.catalogue.find_work(int(address.aweme_id)) if address else None
    find = NETWORKS[request.platform].find_asset
    return find(work, address.slot, sizes) if address and work else None


def is_welcome(request: Request, state: State, platform: str) -> bool:
    """Return whether headers are those of a browser on a page; note violations, and secrets."""
    if not state.is_checked("media"):
        return True
    network = NETWORKS[platform]
    bound = request.host.endswith(network.bound)
    # A browser sends all cookies of .tiktok.com there, and so does yt-dlp 2026.10.26; streamget
    # 4.0.10 sends its own everywhere. Noted: f2scrapy sends one alone. No CDN refuses for them.
    for message in find_secrets(request, network.cookie if bound else ""):
        state.note_violation(request, message)
    problems = list(filter(None, [check_user_agent(request.user_agent)]))
    sent = request.headers.get("Referer", "")
    if not sent.startswith(network.referers) and (sent or not request.host.endswith(network.open)):
        problems.append(f"media: Referer is not {network.referers[0]}")
    if "json" in request.headers.get("Accept", ""):
        problems.append("media: Accept is that of an interface")
    for message in problems:
        state.note_violation(request, message)
    return not problems


def _is_valid(address: MediaAddress, request: Request, state: State) -> bool:
    """Return whether the address is signed by this sandbox, for this visitor, and not expired."""
    network = NETWORKS[request.platform]
    bound = request.host.endswith(network.bound)
    if bound and not state.is_checked("media"):
        return address.expires > state.clock()
    visitor = request.cookies.get(network.cookie, "-") if bound else ""
    if visitor in state.expired_tokens:
        return False
    origin = state.find_origin(address.aweme_id, address.signature, address.expires, visitor)
    fault = state.faults.find("dead_list_urls")
    if fault and origin == "list" and fault.try_strike(request, "media"):
        return False
    return bool(origin) and address.expires > state.clock()


def serve_player(request: Request, state: State) -> Reply:
    """Serve the platform's player: a redirect to a fresh CDN address."""
    network = NETWORKS[request.platform]
    address = _find_video(request) or parse_address(request)
    work = state.catalogue.find_work(int(address.aweme_id)) if address else None
    if address is None or work is None:
        return respond_html("", 404)
    signing = state.sign_media(address.aweme_id, "detail", request.cookies.get(network.cookie, ""))
    signature = signing.bound if network.cookie else signing.signature
    file = f"{address.aweme_id}-{address.slot}"
    target = network.player.format(signature=signature, expires=signing.expires, file=file)
    return redirect(target.replace(_WEB_CDN, _APP_CDN) if request.host in _APP_HOSTS else target)


def _find_video(request: Request) -> MediaAddress | None:
    """Return the file of a size, or as uploaded for "default", if the player is asked for one."""
    video = re.fullmatch(r"v0300fg10000(\d{19})", request.params.get("video_id", ""))
    slot = _RATIOS.get(request.params.get("ratio", ""))
    return MediaAddress(video[1], slot, "", 0) if video and slot else None


def serve_plain(request: Request, state: State) -> Reply:
    """Serve https://plain.douyinvod.com/BYTES/NAME.KIND: any size, unchecked, for measurements."""
    del state
    size, name, kind = _PLAIN.fullmatch(request.path).groups()  # type: ignore[union-attr]
    return Reply(asset=Asset(name, kind, int(size)))


PATTERNS = {
    r"plain\.douyinvod\.com/\d+/[\w.-]+\.\w+": Route("media", serve_plain),
    r"(www\.(douyin|iesdouyin|tiktok)|api-(play-)?hl\.amemv|aweme\.snssdk)\.com"
    r"/aweme/v1/play(wm)?/.*": Route("media", serve_player),
    HOSTS + "/.*": Route("media", serve_media),
    TIKTOK_HOSTS + "/.*": Route("media", serve_media),
}
