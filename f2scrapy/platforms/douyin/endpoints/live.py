"""Live rooms: what is on air, who is, and where its messages begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Login, look
from f2scrapy.platforms.douyin.endpoints import DouyinEndpoint

LIVE = "https://live.douyin.com/webcast"


class WebcastEndpoint(DouyinEndpoint):
    """What the interfaces of live rooms have in common: they say no in words of their own."""

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        refused = super().refusal(page)
        words = look(page, "data.prompts") or look(page, "data.message")
        if refused is None or refused.quote or not words:
            return refused
        return Refused(refused.outcome, refused.detail, str(words))


class LiveEnter(WebcastEndpoint):
    """The room of a live link, on air or not, and its latest broadcast."""

    url: ClassVar = f"{LIVE}/room/web/enter/"
    params: ClassVar = "live"
    thing: ClassVar = "data"

    web_rid: str  # digits, or the name its owner chose
    room_id_str: str = ""

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """A room there is not has neither a broadcast nor an owner."""
        refused = super().refusal(page)
        inside = page.get("data")
        if refused or not isinstance(inside, dict) or "data" not in inside:
            return refused
        if inside["data"] or inside.get("user") or inside.get("enter_room_id"):
            return None
        return Refused(Outcome.DELETED, "no such room")

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """The answer does not repeat which room was asked for, so that is added."""
        return [row | {"web_rid": self.web_rid} for row in super().rows_of(page)]


class LiveReflow(WebcastEndpoint):
    """One broadcast by its room_id, over or not: what people outside the app are shown."""

    url: ClassVar = "https://webcast.amemv.com/webcast/room/reflow/info/"
    params: ClassVar = "reflow"
    thing: ClassVar = "data.room"

    room_id: str


class UserLiveStatus(WebcastEndpoint):
    """Whether a user is on air, and in which broadcast."""

    url: ClassVar = f"{LIVE}/distribution/check_user_live_status/"
    params: ClassVar = "live_status"
    rows: ClassVar = "data"

    user_ids: str  # a uid; F2 never asks for two at once
    distribution_scenes: str = "254"  # 253 recommendations, 254 followed users, 394 search


class FollowingLive(WebcastEndpoint):
    """The rooms of followed users that are on air, on one page."""

    url: ClassVar = "https://www.douyin.com/webcast/web/feed/follow/"
    rows: ClassVar = "data.data"
    login: ClassVar = Login.ACCOUNT

    scene: str = "aweme_pc_follow_top"


class LiveMessages(WebcastEndpoint):
    """Where the messages of a broadcast begin: what its WebSocket asks for.

    Needs no Scrapy: `wire.asked(identity, LiveMessages(room_id="7…"))` is the request, and
    `identity.facts["webid"]` the user_unique_id it is asked with.
    """

    url: ClassVar = f"{LIVE}/im/fetch/"
    params: ClassVar = "webcast"

    resp_content_type: str = "json"  # or "protobuf", which tells the messages of that moment too
    fetch_rule: int = 1
    last_rtt: int = 0
    cursor: str = ""  # "" = from now on
    internal_ext: str = ""
    room_id: str

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """The answer as a whole; where nobody has said anything, it does not name its room.

        Raises:
            ProtocolError: it has no cursor.
        """
        if not look(page, "extra.cursor"):
            raise ProtocolError("extra.cursor: expected a cursor, got nothing")
        return [{**page, "room_id": self.room_id}]


class LiveSocket(WebcastEndpoint):
    """The messages of a broadcast as they come: a WebSocket, from where `LiveMessages` ended.

    A guest's ttwid is good for one room at a time (seen in F2).
    """

    url: ClassVar = "wss://webcast5-ws-web-hl.douyin.com/webcast/im/push/v2/"
    referer: ClassVar = "https://live.douyin.com/"
    params: ClassVar = "webcast_socket"
    scheme: ClassVar = "webcast"

    room_id: str
    cursor: str
    internal_ext: str
