"""Liked works, and what an account collected, watched and keeps to watch later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from f2scrapy.model.endpoint import Login
from f2scrapy.platforms.douyin.endpoints import WEB, DouyinEndpoint, MirroredEndpoint


class UserLike(MirroredEndpoint):
    """Works a user likes, the latest liked first; empty if the user keeps them private."""

    url: ClassVar = f"{WEB}/aweme/favorite/"
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"max_cursor": "max_cursor"}

    max_cursor: int = 0  # ms since 1970; 0 asks for the newest page
    count: int = 18  # rows a page, at most 20
    sec_user_id: str


class _OwnList(DouyinEndpoint):
    """A list of the requesting account, independent of the page it is requested from."""

    login: ClassVar = Login.ACCOUNT
    cursor_params: ClassVar = {"cursor": "cursor"}

    cursor: int = 0  # from the previous answer; 0 asks for the newest page
    count: int = 20  # rows a page, at most 20


class UserCollection(MirroredEndpoint, _OwnList):
    """Works the account collected, the latest collected first; its cursors are µs since 1970."""

    url: ClassVar = f"{WEB}/aweme/listcollection/"
    method: ClassVar = "POST"
    encoding: ClassVar = "json"
    rows_path: ClassVar = "aweme_list"

    def encode_body(self) -> bytes:
        """Return the parameters of the URL again, as the site sends them twice."""
        return json.dumps(self.model_dump()).encode()


class UserCollects(_OwnList):
    """The account's folders of collected works."""

    url: ClassVar = f"{WEB}/collects/list/"
    rows_path: ClassVar = "collects_list"
    total_path: ClassVar = "total_number"


class UserCollectsVideo(_OwnList):
    """Works in one folder of the account, the latest collected first."""

    url: ClassVar = f"{WEB}/collects/video/list/"
    rows_path: ClassVar = "aweme_list"

    collects_id: str


class UserMusicCollection(_OwnList):
    """Music the account collected, the latest collected first."""

    url: ClassVar = f"{WEB}/music/listcollection/"
    rows_path: ClassVar = "mc_list"


class UserMixCollection(_OwnList):
    """Mixes the account collected (not seen recorded).

    Path, parameters and `mix_infos` are those of JoeanAmier/TikTokDownloader 5.8 and jiji262.
    """

    url: ClassVar = f"{WEB}/mix/listcollection/"
    rows_path: ClassVar = "mix_infos"

    count: int = 12


class UserSeriesCollection(_OwnList):
    """Short dramas the account collected (not seen recorded).

    Path, parameters and `series_infos` are those of JoeanAmier/TikTokDownloader 5.8 and of a port
    of it.
    """

    url: ClassVar = f"{WEB}/series/collections/"
    rows_path: ClassVar = "series_infos"

    count: int = 12


class History(DouyinEndpoint):
    """Works the account watched, the latest watched first (not seen recorded).

    The path is that of F2 and Evil0ctal/Douyin_TikTok_Download_API 4.1.2, which do not ask it;
    parameters and answer are those of four programs of 2026 that are less known. A guest gets
    status 8.
    """

    url: ClassVar = f"{WEB}/history/read/"
    rows_path: ClassVar = "aweme_list"
    cursor_params: ClassVar = {"max_cursor": "max_cursor"}
    login: ClassVar = Login.ACCOUNT

    max_cursor: int = 0  # 0 asks for the latest page
    count: int = 20


class WatchLater(DouyinEndpoint):
    """Works the account keeps to watch later (not seen recorded).

    Path and parameters are those of five public programs of 2025-26, none well known, `items` that
    of two, of which one measured it (2026-09). The site sends no page size. The programs differ in
    the meaning of the answer's `offset`, so the next page begins behind the rows of this one.
    """

    url: ClassVar = f"{WEB}/watchlater/list/"
    rows_path: ClassVar = "items"
    cursor_params: ClassVar = {"offset": "offset"}
    login: ClassVar = Login.ACCOUNT

    offset: int = 0
    list_type: int = 0
    operate_type: int = 0

    def next_page(self, answer: Mapping[str, Any]) -> Self:
        return self.model_copy(update={"offset": self.offset + len(self.read_rows(answer))})
