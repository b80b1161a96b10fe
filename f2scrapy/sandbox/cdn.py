"""The hosts of media: what an address names, and whether it is still good."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from f2scrapy.sandbox.catalogue import Sizes, Work
from f2scrapy.sandbox.checks import Route, implausible, secrets_sent
from f2scrapy.sandbox.douyin import works as douyin_works
from f2scrapy.sandbox.http_types import Answer, Ask, html, redirect
from f2scrapy.sandbox.media import HOSTS, TIKTOK_HOSTS, Asset
from f2scrapy.sandbox.state import World
from f2scrapy.sandbox.tiktok import works as tiktok_works

_WORK_FILE = re.compile(r"(?<!\d)(\d{19})-(\w+)")
_VIDEO = re.compile(r"/([0-9a-f]{32})/([0-9a-f]{8})/video/")
_AVATAR = re.compile(r"/(?:aweme-avatar/tos-cn-avt-0015_|tos-alisg-avt-0068/)(\d+)[.~]")
_COMMENT = re.compile(r"/comment/(\d+)~")
_PLAIN = re.compile(r"/(\d+)/([\w.-]+)\.(\w+)")


@dataclass(frozen=True)
class Network:
    """The media of one platform."""

    referer: str  # what Referer begins with
    signed: tuple[str, ...]  # ends of hosts whose addresses are signed and lapse
    first: tuple[str, ...]  # beginnings of hosts that are down where "last_mirror" strikes
    player: str  # where the platform's own player leads; see `play`
    slots: Callable[[Work], list[str]]  # every file of a work that can be had
    asset: Callable[[Work, str, Sizes], Asset]
    find: Callable[[Work, str, Sizes], Asset | None]
    bound: str = "//"  # the end of hosts that want to see `cookie` again
    cookie: str = ""


NETWORKS = {
    "douyin": Network(
        referer="https://www.douyin.com/",
        signed=("vod.com", "pic.com"),
        first=("v26-", "v3-", "p3-", "sf5-"),
        player="https://v11-web.douyinvod.com/{signature}/{expires:08x}/video/tos/cn/"
        "tos-cn-ve-15c001-alinc2/{file}/?a=6383&mime_type=video_mp4",
        slots=douyin_works.slots,
        asset=douyin_works.asset,
        find=douyin_works.find_asset,
    ),
    "tiktok": Network(
        referer="https://www.tiktok.com/",
        signed=("-webapp-prime.tiktok.com", "-webapp.tiktok.com", "-sign-va.tiktokcdn.com"),
        first=("v16-webapp-prime", "p16-common-sign"),
        player="https://v77-webapp-prime.tiktok.com/{signature}/{expires:08x}/video/tos/alisg/"
        "tos-alisg-pve-0037c001/{file}/?a=1988&mime_type=video_mp4&tk=tt_chain_token",
        slots=tiktok_works.slots,
        asset=tiktok_works.asset,
        find=tiktok_works.find_asset,
        bound=".tiktok.com",
        cookie="tt_chain_token",
    ),
}


class Address(NamedTuple):
    """What an address says: the file of a work, and until when it may be had."""

    aweme_id: str
    slot: str
    signature: str
    expires: int  # s since 1970; 0 = for ever


def read(ask: Ask) -> Address | None:
    """The address of a request; None where it names no file of a work."""
    file = _WORK_FILE.search(ask.params.get("file_id", "") or ask.path)
    if file is None:
        return None
    if video := _VIDEO.search(ask.path):
        return Address(file[1], file[2], video[1], int(video[2], 16))
    names = ("x-signature", "signature", "sign")
    signature = next((ask.params[name] for name in names if name in ask.params), "")
    expires = ask.number("x-expires") or ask.number("expire")
    return Address(file[1], file[2], signature.rstrip("="), expires)


def medium(ask: Ask, world: World) -> Answer:
    """The bytes an address stands for."""
    if not welcome(ask, world, ask.platform):
        return html("<h1>403 Forbidden</h1>", 403)
    network = NETWORKS[ask.platform]
    fault = world.faults.on("last_mirror")
    if fault and ask.host.startswith(network.first) and fault.strikes(ask, "media"):
        return html("<h1>404 Not Found</h1>", 404)
    address = read(ask)
    if address and ask.host.endswith(network.signed) and not _good(address, ask, world):
        return html("<h1>403 Forbidden</h1>", 403)
    asset = asset_of(ask, world)
    return Answer(asset=asset) if asset else html("<h1>404 Not Found</h1>", 404)


def asset_of(ask: Ask, world: World) -> Asset | None:
    """The file an address names, good or not; None where it names none."""
    sizes = world.options.sizes
    if found := _AVATAR.search(ask.path):
        return sizes.asset("jpeg", f"avatar-{found[1]}")
    if found := _COMMENT.search(ask.path):
        return sizes.asset("webp", f"comment-{found[1]}")
    address = read(ask)
    work = world.catalogue.work(int(address.aweme_id)) if address else None
    find = NETWORKS[ask.platform].find
    return find(work, address.slot, sizes) if address and work else None


def welcome(ask: Ask, world: World, platform: str) -> bool:
    """Browsers come without secrets and say from which page; what is wrong is noted."""
    if not world.checks("media"):
        return True
    network = NETWORKS[platform]
    problems = list(secrets_sent(ask, network.cookie if ask.host.endswith(network.bound) else ""))
    if what := implausible(ask.user_agent):
        problems.append(what)
    if not ask.headers.get("Referer", "").startswith(network.referer):
        problems.append(f"media: Referer is not {network.referer}")
    if "json" in ask.headers.get("Accept", ""):
        problems.append("media: Accept is that of an interface")
    for what in problems:
        world.note(ask, what)
    return not problems


def _good(address: Address, ask: Ask, world: World) -> bool:
    """Whether the address is signed by this sandbox, for who asks, and still good."""
    network = NETWORKS[ask.platform]
    bound = ask.host.endswith(network.bound)
    if bound and not world.checks("media"):
        return address.expires > world.clock()
    asker = ask.cookies.get(network.cookie, "-") if bound else ""
    if asker in world.lapsed:
        return False
    origin = world.origin(address.aweme_id, address.signature, address.expires, asker)
    fault = world.faults.on("dead_list_urls")
    if fault and origin == "list" and fault.strikes(ask, "media"):
        return False
    return bool(origin) and address.expires > world.clock()


def play(ask: Ask, world: World) -> Answer:
    """The platform's own player: on to a CDN, by an address that is good again."""
    address, network = read(ask), NETWORKS[ask.platform]
    work = world.catalogue.work(int(address.aweme_id)) if address else None
    if address is None or work is None:
        return html("", 404)
    signing = world.sign_media(address.aweme_id, "detail", ask.cookies.get(network.cookie, ""))
    signature = signing.bound if network.cookie else signing.signature
    file = f"{address.aweme_id}-{address.slot}"
    return redirect(network.player.format(signature=signature, expires=signing.expires, file=file))


def plain(ask: Ask, world: World) -> Answer:
    """https://plain.douyinvod.com/BYTES/NAME.KIND: any size, nothing checked; for measurements."""
    del world
    size, name, kind = _PLAIN.fullmatch(ask.path).groups()  # type: ignore[union-attr]
    return Answer(asset=Asset(name, kind, int(size)))


PATTERNS = {
    r"plain\.douyinvod\.com/\d+/[\w.-]+\.\w+": Route("media", plain),
    r"(www\.(douyin|tiktok)|api-(play-)?hl\.amemv|aweme\.snssdk)\.com/aweme/v1/play/.*": Route(
        "page", play
    ),
    HOSTS + "/.*": Route("media", medium),
    TIKTOK_HOSTS + "/.*": Route("media", medium),
}
