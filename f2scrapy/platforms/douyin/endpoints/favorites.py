"""What users like and collect: works, folders of works, music."""

from __future__ import annotations

import json
from typing import ClassVar

from f2scrapy.model.endpoint import Login
from f2scrapy.platforms.douyin.endpoints import WEB, DouyinEndpoint


class UserLike(DouyinEndpoint):
    """Works a user likes, the latest liked first; empty where the user keeps them private."""

    url: ClassVar = f"{WEB}/aweme/favorite/"
    rows: ClassVar = "aweme_list"
    turns: ClassVar = {"max_cursor": "max_cursor"}

    max_cursor: int = 0  # ms since 1970; 0 asks for the newest page
    count: int = 18  # rows a page, at most 20
    sec_user_id: str


class _Own(DouyinEndpoint):
    """A list of the account that asks, whoever's page it is asked from."""

    login: ClassVar = Login.ACCOUNT
    turns: ClassVar = {"cursor": "cursor"}

    cursor: int = 0  # as the answer before gave it; 0 asks for the newest page
    count: int = 20  # rows a page, at most 20


class UserCollection(_Own):
    """Works the account collected, the latest collected first; its cursors are µs since 1970."""

    url: ClassVar = f"{WEB}/aweme/listcollection/"
    method: ClassVar = "POST"
    encoding: ClassVar = "json"
    rows: ClassVar = "aweme_list"

    def body(self) -> bytes:
        """The page says it twice: in the URL and in the body."""
        return json.dumps(self.model_dump()).encode()


class UserCollects(_Own):
    """Folders in which the account keeps collected works."""

    url: ClassVar = f"{WEB}/collects/list/"
    rows: ClassVar = "collects_list"
    total: ClassVar = "total_number"


class UserCollectsVideo(_Own):
    """Works in one folder of the account, the latest collected first."""

    url: ClassVar = f"{WEB}/collects/video/list/"
    rows: ClassVar = "aweme_list"

    collects_id: str


class UserMusicCollection(_Own):
    """Music the account collected, the latest collected first."""

    url: ClassVar = f"{WEB}/music/listcollection/"
    rows: ClassVar = "mc_list"
