"""Feeds that the platform composes: recommendations, similar works, followed users, friends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import Field, ValidationInfo, field_serializer, field_validator

from f2scrapy.model.endpoint import Login, get_path
from f2scrapy.platforms.douyin.endpoints import SITE, WEB, DouyinEndpoint

_NO_CLIENT = '{"is_client":"false"}'


class RelatedPosts(DouyinEndpoint):
    """Works similar to one; each request lists the works already shown, so that none repeats.

    `shown` may be the platform's text of ids, such as "729…,730…,".
    """

    url: ClassVar = f"{WEB}/aweme/related/"
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"shown": "aweme_list"}

    aweme_id: str
    count: int = 20
    shown: tuple[str, ...] = Field((), alias="filterGids")  # works of the pages before
    raw_data: str = Field(_NO_CLIENT, alias="awemePcRecRawData")
    sub_channel_id: int = 3

    @field_validator("shown", mode="before")
    @classmethod
    def _split_shown(cls, shown: Any, info: ValidationInfo) -> Any:
        if not isinstance(shown, str):
            return shown
        ids = dict.fromkeys(filter(None, shown.split(",")))
        return tuple(one for one in ids if one != info.data.get("aweme_id"))

    @field_serializer("shown")
    def _join_shown(self, shown: tuple[str, ...]) -> str:
        return "".join(f"{aweme_id}," for aweme_id in (self.aweme_id, *shown))

    @property
    def position(self) -> int:
        """The number of works already shown."""
        return len(self.shown)

    def next_page(self, answer: Mapping[str, Any]) -> Self:
        ids = [str(get_path(row, "aweme_id") or "") for row in self.read_rows(answer)]
        shown = dict.fromkeys([*self.shown, *filter(None, ids)])
        return self.model_copy(update={"shown": tuple(shown)})


class HomeFeed(DouyinEndpoint):
    """Recommendations of the start page; every page is a new selection, and none is the last."""

    url: ClassVar = f"{WEB}/tab/feed/"
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"refresh_index": ""}
    infinite: ClassVar = True

    count: int = 10
    tag_id: str = ""
    share_aweme_id: str = ""
    live_insert_type: str = ""
    refresh_index: int = 1  # number of the page
    video_type_select: int = 1
    aweme_pc_rec_raw_data: str = _NO_CLIENT
    globalwid: str = ""
    pull_type: str = ""
    min_window: str = ""
    free_right: str = ""
    ug_source: str = ""
    creative_id: str = ""

    def next_page(self, answer: Mapping[str, Any]) -> Self:  # noqa: ARG002 - pages are just counted
        return self.model_copy(update={"refresh_index": self.refresh_index + 1})


class ChannelFeed(DouyinEndpoint):
    """Works that the site selects for a channel; none of its pages is the last (not seen recorded).

    Path, POST, parameters and `aweme_list` are those of four public programs and captures of 2026
    that are less known; two have the number in a channel's link as `tag_id`. One capture has a body
    of encoded ids, two programs send none. For another project the tabs of /jingxuan sent nothing.
    """

    url: ClassVar = f"{SITE}/aweme/v2/web/module/feed/"
    method: ClassVar = "POST"
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"refresh_index": ""}
    infinite: ClassVar = True

    module_id: int = 3003101
    count: int = 20
    filter_ids: str = Field("", alias="filterGids")
    presented_ids: str = ""
    refresh_index: int = 1  # number of the page
    refer_id: str = ""
    refer_type: int = 10
    pull_type: int = 0  # 2 behind the first page
    raw_data: str = Field(_NO_CLIENT, alias="awemePcRecRawData")
    channel_id: str = Field(alias="tag_id")
    use_lite_type: int = 0

    def next_page(self, answer: Mapping[str, Any]) -> Self:  # noqa: ARG002 - pages are just counted
        return self.model_copy(update={"refresh_index": self.refresh_index + 1, "pull_type": 2})


class FollowFeed(DouyinEndpoint):
    """Works of the users an account follows."""

    url: ClassVar = f"{WEB}/follow/feed/"
    rows_path: ClassVar = "data"
    cursor_params: ClassVar = {"cursor": "cursor"}
    login: ClassVar = Login.ACCOUNT

    cursor: int = 0
    level: int = 1
    count: int = 20
    pull_type: str = ""


class FriendFeed(DouyinEndpoint):
    """Works of an account's friends; a POST without a body."""

    url: ClassVar = f"{WEB}/familiar/feed/"
    method: ClassVar = "POST"
    rows_path: ClassVar = "data"
    cursor_params: ClassVar = {
        "cursor": "cursor",
        "level": "level",
        "pull_type": "level",
        "refresh_type": "level",
    }
    login: ClassVar = Login.ACCOUNT

    cursor: int = 0
    level: int = 1
    aweme_ids: str = ""
    room_ids: str = ""
    pull_type: int = 0
    refresh_type: int = 0
    address_book_access: int = 2  # 2 = not allowed
    gps_access: int = 2
    recent_gids: str = ""

    @property
    def position(self) -> int:
        return self.cursor
