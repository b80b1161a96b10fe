"""Liked works, and the works, folders and music that an account collected."""

from __future__ import annotations

import json
from typing import ClassVar

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
