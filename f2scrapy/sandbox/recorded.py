"""The interfaces that answer from recordings; they stand before the usual ones."""

from __future__ import annotations

from f2scrapy.sandbox import cdn, douyin
from f2scrapy.sandbox.checks import WEB, Route
from f2scrapy.sandbox.exchange import Answer, Ask, Page, html, redirect, reply
from f2scrapy.sandbox.media import Asset
from f2scrapy.sandbox.recordings import Recordings, bare
from f2scrapy.sandbox.world import World


def user_post(ask: Ask, world: World) -> Answer | Page:
    recorded, sec = world.recorded, ask.params.get("sec_user_id", "")
    if recorded is None or sec not in recorded.lists:
        return douyin.user_post(ask, world)
    return recorded.page(sec, max(0, ask.number("max_cursor")), ask.rows(18))


def aweme_detail(ask: Ask, world: World) -> Answer:
    row = world.recorded.works.get(ask.params.get("aweme_id", "")) if world.recorded else None
    if row is None:
        return douyin.aweme_detail(ask, world)
    return Answer(body=b'{"aweme_detail":%b,"log_pb":{"impr_id":"0"},"status_code":0}' % row)


def profile(ask: Ask, world: World) -> Answer:
    recorded, sec = world.recorded, ask.params.get("sec_user_id", "")
    if recorded is None or sec not in recorded.lists:
        return douyin.profile(ask, world)
    nickname = world.nickname(recorded.user)
    return reply({"status_code": 0, "user": recorded.profile(sec, nickname)})


def asset(ask: Ask, world: World) -> Asset | None:
    """The file a recorded address names; None where it names none."""
    return world.recorded.assets.get(bare(ask.url)) if world.recorded else None


def medium(ask: Ask, world: World) -> Answer:
    """What a recorded address leads to; the player leads on to a CDN."""
    assert world.recorded is not None
    key = bare(ask.url)
    if key in world.recorded.mirrors:
        return redirect(world.recorded.mirrors[key])
    if not cdn.welcome(ask, world):
        return html("<h1>403 Forbidden</h1>", 403)
    return Answer(asset=world.recorded.assets[key])


EXACT = {
    (douyin.HOST, "/aweme/v1/web/aweme/post/"): Route("list", user_post, WEB),
    (douyin.HOST, "/aweme/v1/web/aweme/detail/"): Route("detail", aweme_detail, WEB),
    (douyin.HOST, "/aweme/v1/web/user/profile/other/"): Route("profile", profile, WEB),
}
_MEDIUM = Route("media", medium)


def find(ask: Ask, recordings: Recordings) -> Route | None:
    """The interface of that address, if it is one that has recordings."""
    if bare(ask.url) in recordings.assets:
        return _MEDIUM
    return EXACT.get((ask.host, ask.path))
