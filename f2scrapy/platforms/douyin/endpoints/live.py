"""Live rooms: their state, the users on air, and the messages of a broadcast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from pydantic import Field

from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import Login, get_path
from f2scrapy.platforms.douyin.endpoints import DouyinEndpoint

SITE = "https://live.douyin.com"  # the pages of rooms
LIVE = f"{SITE}/webcast"


_WORDS = frozenset({"message", "prompts"})  # the whole `data` of a refusal
_FINISHED, _OVER = 30003, 4  # the code of "room has finished" (reports of 2025); `status` of a room


def _is_over(answer: Mapping[str, Any]) -> bool:
    """Return whether an answer says that the broadcast has ended, without the room itself."""
    words = f"{get_path(answer, 'data.message')} {get_path(answer, 'data.prompts')}"
    return answer.get("status_code") == _FINISHED and any(
        one in words for one in ("has finished", "已结束")
    )


class WebcastEndpoint(DouyinEndpoint):
    """The parts that interfaces of live rooms share: refusals in words of their own."""

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        refused = super().find_refusal(answer)
        words = get_path(answer, "data.prompts") or get_path(answer, "data.message")
        if refused is None or refused.quote or not words:
            return refused
        return Refused(refused.outcome, refused.detail, str(words))


class LiveEnter(WebcastEndpoint):
    """The room of a live link, on air or not, and its latest broadcast."""

    url: ClassVar = f"{LIVE}/room/web/enter/"
    params: ClassVar = "live"
    item_path: ClassVar = "data"

    web_rid: str  # digits, or the name its owner chose
    room_id_str: str = ""

    @property
    def page_url(self) -> str:
        return f"{SITE}/{quote(self.web_rid)}"

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return DELETED for an answer with neither a broadcast nor an owner."""
        if _is_over(answer):
            return None
        refused = super().find_refusal(answer)
        data = answer.get("data")
        if refused or not isinstance(data, dict) or "data" not in data:
            return refused
        if data["data"] or data.get("user") or data.get("enter_room_id"):
            return None
        return Refused(Outcome.DELETED, "no such room")

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the room with its `web_rid`, which the answer does not hold.

        Raises:
            ProtocolError: there are words in place of a room.
        """
        if _is_over(answer):
            return [{"web_rid": self.web_rid, "status": _OVER}]
        rows = super().read_rows(answer)
        if any(row.keys() <= _WORDS for row in rows):
            raise ProtocolError("data: expected a room, got words")
        return [row | {"web_rid": self.web_rid} for row in rows]


class LiveReflow(WebcastEndpoint):
    """A broadcast by its room_id, over or not, from the page shown outside the app."""

    url: ClassVar = "https://webcast.amemv.com/webcast/room/reflow/info/"
    params: ClassVar = "reflow"
    item_path: ClassVar = "data.room"

    room_id: str

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        return None if _is_over(answer) else super().find_refusal(answer)

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the broadcast; of one that is over there may be words alone."""
        if _is_over(answer):
            return [{"id_str": self.room_id, "status": _OVER}]
        return super().read_rows(answer)

    @property
    def page_url(self) -> str:
        return f"https://webcast.amemv.com/douyin/webcast/reflow/{self.room_id}"


class UserLiveStatus(WebcastEndpoint):
    """Whether a user is on air, and in which broadcast."""

    url: ClassVar = f"{LIVE}/distribution/check_user_live_status/"
    params: ClassVar = "live_status"
    rows_path: ClassVar = "data"

    user_ids: str  # a uid; F2 never sends two at once
    distribution_scenes: str = "254"  # 253 recommendations, 254 followed users, 394 search


class FollowingLive(WebcastEndpoint):
    """The rooms of followed users that are on air, on one page."""

    url: ClassVar = "https://www.douyin.com/webcast/web/feed/follow/"
    rows_path: ClassVar = "data.data"
    login: ClassVar = Login.ACCOUNT

    scene: str = "aweme_pc_follow_top"


class LiveRank(WebcastEndpoint):
    """The first viewers of a broadcast by what they gave, on one page (not seen recorded).

    Path, `room_id` and `rank_type` are those of cv-cat/DouYin_Spider (2026), of Johnserf-Seed/f2
    (2026) and of Evil0ctal/Douyin_TikTok_Download_API 4.1.2, the owner's ids those of the first
    two, the rest those of cv-cat, who took them from the site; `data.ranks` is read by two programs
    that are less known. Without a signature the body is empty (one program, 2026-10).
    """

    url: ClassVar = f"{LIVE}/ranklist/audience/"
    referer: ClassVar = f"{SITE}/"
    params: ClassVar = "ranking"
    rows_path: ClassVar = "data.ranks"
    has_more_path: ClassVar = ""  # no page follows, whatever `has_more` says

    room_id: str
    anchor_id: str  # uid of the room's owner
    sec_anchor_id: str
    ignore_toast: bool = Field(True, alias="ignoreToast")
    rank_type: int = 30
    update_scene: str = "rank_message"

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the viewers with `room_id`, which they lack."""
        return [row | {"room_id": self.room_id} for row in super().read_rows(answer)]


class LiveMessages(WebcastEndpoint):
    """The cursor of a broadcast's messages, which its WebSocket requires.

    `identity.facts["user_unique_id"]` is sent as its user_unique_id.
    """

    url: ClassVar = f"{LIVE}/im/fetch/"
    referer: ClassVar = f"{SITE}/"
    params: ClassVar = "webcast"

    resp_content_type: str = "json"  # or "protobuf", which includes the current messages
    fetch_rule: int = 1
    last_rtt: int = 0
    cursor: str = ""  # "" = from now on
    internal_ext: str = ""
    room_id: str

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the whole answer as the only row, with `room_id`, which a silent room lacks.

        Raises:
            ProtocolError: the answer has no cursor.
        """
        if not get_path(answer, "extra.cursor"):
            raise ProtocolError("extra.cursor: expected a cursor, got nothing")
        return [{**answer, "room_id": self.room_id}]


class LiveSocket(WebcastEndpoint):
    """The WebSocket of a broadcast's messages, from the cursor of `LiveMessages` on.

    A guest's ttwid is valid for one room at a time (seen in F2).
    """

    url: ClassVar = "wss://webcast5-ws-web-hl.douyin.com/webcast/im/push/v2/"
    referer: ClassVar = f"{SITE}/"
    params: ClassVar = "webcast_socket"
    scheme: ClassVar = "webcast"

    room_id: str
    cursor: str
    internal_ext: str
