"""Playlists and collections, and the works in them."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from f2scrapy.platforms.tiktok.endpoints import API, TiktokEndpoint


class UserPlaylist(TiktokEndpoint):
    """The playlists of a user."""

    url: ClassVar = f"{API}/user/playlist/"
    rows_path: ClassVar = "playList"
    cursor_params: ClassVar = {"cursor": "cursor"}

    count: int = 20  # rows a page
    cursor: int = 0
    sec_user_id: str = Field(alias="secUid")


class MixPosts(TiktokEndpoint):
    """Works of a playlist, in its order."""

    url: ClassVar = f"{API}/mix/item_list/"
    rows_path: ClassVar = "itemList"
    cursor_params: ClassVar = {"cursor": "cursor"}

    count: int = 30  # rows a page
    cursor: int = 0
    mix_id: str = Field(alias="mixId")


class UserCollects(TiktokEndpoint):
    """Folders of works that a user collected: public ones, and one's own (not seen recorded).

    Path, parameters, `collectionList`, `name` and the folder's `total` are those of
    victoralvelais/tiktok-collections and another program (2025-26); they get public folders without
    an account, and all of their own with its cookies. A third one got an answer's own `total`, and
    none of its folders.
    """

    url: ClassVar = f"{API}/user/collection_list/"
    rows_path: ClassVar = "collectionList"
    total_path: ClassVar = "total"
    cursor_params: ClassVar = {"cursor": "cursor"}

    count: int = 30  # rows a page
    cursor: int = 0
    sec_user_id: str = Field(alias="secUid")


class CollectionPosts(TiktokEndpoint):
    """Works that a user collected in a folder, in its order (not seen recorded).

    Path, parameters and sourceType are those of yt-dlp 2026.10.26, which sends no signature, and of
    victoralvelais/tiktok-collections. A folder that is not public is shown to its owner alone.
    """

    url: ClassVar = f"{API}/collection/item_list/"
    rows_path: ClassVar = "itemList"
    cursor_params: ClassVar = {"cursor": "cursor"}

    count: int = 30  # rows a page
    cursor: int = 0
    collection_id: str = Field(alias="collectionId")
    source_type: int = Field(113, alias="sourceType")
