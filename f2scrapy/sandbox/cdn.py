"""The hosts of media: what an address names, and whether it is still good."""

from __future__ import annotations

import re
from typing import NamedTuple

from f2scrapy.sandbox.checks import Route, implausible, secrets_sent
from f2scrapy.sandbox.douyin_works import find_asset
from f2scrapy.sandbox.exchange import Answer, Ask, html, redirect
from f2scrapy.sandbox.media import HOSTS, Asset
from f2scrapy.sandbox.world import World

_FIRST_MIRRORS = ("v26-", "v3-", "p3-", "sf5-")
_WORK_FILE = re.compile(r"(?<!\d)(\d{19})-(\w+)")
_VIDEO = re.compile(r"/([0-9a-f]{32})/([0-9a-f]{8})/video/")
_AVATAR = re.compile(r"/aweme-avatar/tos-cn-avt-0015_(\d+)\.jpeg")
_COMMENT = re.compile(r"/comment/(\d+)~")
_PLAIN = re.compile(r"/(\d+)/([\w.-]+)\.(\w+)")


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
    signature = ask.params.get("x-signature") or ask.params.get("sign", "")
    return Address(file[1], file[2], signature.rstrip("="), ask.number("x-expires"))


def medium(ask: Ask, world: World) -> Answer:
    """The bytes an address stands for."""
    if not welcome(ask, world):
        return html("<h1>403 Forbidden</h1>", 403)
    fault = world.faults.on("last_mirror")
    if fault and ask.host.startswith(_FIRST_MIRRORS) and fault.strikes(ask, "media"):
        return html("<h1>404 Not Found</h1>", 404)
    address = read(ask)
    if address and ask.host.endswith(("vod.com", "pic.com")) and not _good(address, ask, world):
        return html("<h1>403 Forbidden</h1>", 403)
    asset = asset_of(ask, world)
    return Answer(asset=asset) if asset else html("<h1>404 Not Found</h1>", 404)


def asset_of(ask: Ask, world: World) -> Asset | None:
    """The file an address names, good or not; None where it names none."""
    if found := _AVATAR.search(ask.path):
        return world.options.sizes.asset("jpeg", f"avatar-{found[1]}")
    if found := _COMMENT.search(ask.path):
        return world.options.sizes.asset("webp", f"comment-{found[1]}")
    address = read(ask)
    work = world.catalogue.work(int(address.aweme_id)) if address else None
    return find_asset(work, address.slot, world.options.sizes) if address and work else None


def welcome(ask: Ask, world: World) -> bool:
    """Browsers come without secrets and say from which page; what is wrong is noted."""
    if not world.checks("media"):
        return True
    problems = list(secrets_sent(ask))
    if what := implausible(ask.user_agent):
        problems.append(what)
    if not ask.headers.get("Referer", "").startswith("https://www.douyin.com/"):
        problems.append("media: Referer is not https://www.douyin.com/")
    for what in problems:
        world.note(ask, what)
    return not problems


def _good(address: Address, ask: Ask, world: World) -> bool:
    """Whether the address is signed by this sandbox, and still good."""
    origin = world.origin(address.aweme_id, address.signature, address.expires)
    fault = world.faults.on("dead_list_urls")
    if fault and origin == "list" and fault.strikes(ask, "media"):
        return False
    return bool(origin) and address.expires > world.clock()


def play(ask: Ask, world: World) -> Answer:
    """The platform's own player: on to a CDN, by an address that is good again."""
    address = read(ask)
    work = world.catalogue.work(int(address.aweme_id)) if address else None
    if address is None or work is None:
        return html("", 404)
    signing = world.sign_media(address.aweme_id, "detail")
    place = f"{signing.signature}/{signing.expires:08x}/video/tos/cn/tos-cn-ve-15c001-alinc2"
    file = f"{address.aweme_id}-{address.slot}"
    return redirect(f"https://v11-web.douyinvod.com/{place}/{file}/?a=6383&mime_type=video_mp4")


def plain(ask: Ask, world: World) -> Answer:
    """https://plain.douyinvod.com/BYTES/NAME.KIND: any size, nothing checked; for measurements."""
    del world
    size, name, kind = _PLAIN.fullmatch(ask.path).groups()  # type: ignore[union-attr]
    return Answer(asset=Asset(name, kind, int(size)))


PATTERNS = {
    r"plain\.douyinvod\.com/\d+/[\w.-]+\.\w+": Route("media", plain),
    r"(www\.douyin|api-play-hl\.amemv|api-hl\.amemv|aweme\.snssdk)\.com/aweme/v1/play/.*": Route(
        "page", play
    ),
    HOSTS + "/.*": Route("media", medium),
}
