"""Configuration, tokens, signatures, ids, names and folders of TikTok, by F2's names."""

from __future__ import annotations

import asyncio
import re
from functools import partial
from typing import ClassVar

from f2scrapy.api.session import Session
from f2scrapy.f2 import folders, managers
from f2scrapy.platforms.tiktok.endpoints.posts import PostDetail
from f2scrapy.platforms.tiktok.endpoints.users import UserProfile
from f2scrapy.platforms.tiktok.items.posts import Post
from f2scrapy.platforms.tiktok.items.users import User

_PLATFORM = "tiktok"
_NAME = re.compile(r"tiktok\.com/@(?!MS4wLjAB)([\w.]{2,24})", re.ASCII)
_HOME = "https://www.tiktok.com/"
_MAX_DEVICES = 10  # of one call, as in F2


class ClientConfManager(managers.ClientConfManager):
    """The browser profile of TikTok."""

    platform: ClassVar[str] = _PLATFORM

    odin_tt = managers.describe_token("odin_tt")


class TokenManager(managers.TokenManager):
    """Tokens of guests of TikTok."""

    platform: ClassVar[str] = _PLATFORM
    ms_token_length: ClassVar[int] = 148

    @classmethod
    def gen_odin_tt(cls) -> str:
        """Return a guest's odin_tt."""
        return cls.gen_token("odin_tt")


class XBogusManager(managers.BogusManager):
    """X-Bogus for TikTok."""

    platform: ClassVar[str] = _PLATFORM
    scheme: ClassVar[str] = "x_bogus"


class DeviceIdManager:
    """Ids of devices; each belongs to the cookies of its guest."""

    @classmethod
    async def gen_device_id(cls, full_cookie: bool = False) -> dict[str, str]:
        """Return `deviceId` of a new guest, and `cookie`: its ttwid, or all of its cookies."""
        async with Session(_PLATFORM, guest=True) as session:
            device_id = await session.get_token("device_id")
            cookies = session.identity.build_cookie_header(_HOME)
        wanted = [one for one in cookies.split("; ") if full_cookie or one.startswith("tt")]
        return {"deviceId": device_id, "cookie": "; ".join(wanted)}

    @classmethod
    async def gen_device_ids(cls, count: int, full_cookie: bool = False) -> dict[str, list[str]]:
        """Return the same of up to 10 guests, as two lists."""
        makes = (cls.gen_device_id(full_cookie) for _ in range(min(count, _MAX_DEVICES)))
        made = await asyncio.gather(*makes)
        return {name: [one[name] for one in made] for name in ("deviceId", "cookie")}


class SecUserIdFetcher:
    """Ids and names of users in links of users, works and rooms."""

    @classmethod
    async def get_secuid(cls, url: str) -> str:
        """Return the secUid of a user, or of a work's author; a name alone takes a request."""
        link = await managers.resolve_id(_PLATFORM, url, "sec_user_id", "unique_id", "aweme_id")
        if link.kind == "sec_user_id":
            return link.id
        if link.kind == "aweme_id":
            return (await _fetch_work(link.id)).sec_user_id
        async with Session(_PLATFORM) as session:
            return (await session.fetch_item(UserProfile(unique_id=link.id), User)).sec_user_id

    @classmethod
    async def get_all_secuid(cls, urls: list[str]) -> list[str]:
        """Return the secUid of each."""
        return await managers.resolve_each(cls.get_secuid, urls)

    get_all_secUid = get_all_secuid

    @classmethod
    async def get_uniqueid(cls, url: str) -> str:
        """Return the user's name, without its @; a work's link gives its author's."""
        if isinstance(url, str) and (named := _NAME.search(url)):
            return named[1]
        link = await managers.resolve_id(_PLATFORM, url, "unique_id", "aweme_id")
        return link.id if link.kind == "unique_id" else (await _fetch_work(link.id)).unique_id

    @classmethod
    async def get_all_uniqueid(cls, urls: list[str]) -> list[str]:
        """Return the name of each."""
        return await managers.resolve_each(cls.get_uniqueid, urls)


class AwemeIdFetcher:
    """Ids of works in links."""

    get_aweme_id, get_all_aweme_id = managers.make_fetchers(_PLATFORM, "aweme_id")


class MixIdFetcher:
    """Ids of playlists in links. (F2 has the class alone.)"""

    get_mix_id, get_all_mix_id = managers.make_fetchers(_PLATFORM, "mix_id")


format_file_name = folders.format_file_name
rename_user_folder = folders.rename_user_folder
create_user_folder = partial(folders.create_user_folder, _PLATFORM)
create_or_rename_user_folder = partial(folders.create_or_rename_user_folder, _PLATFORM)


async def _fetch_work(aweme_id: str) -> Post:
    async with Session(_PLATFORM) as session:
        return await session.fetch_item(PostDetail(aweme_id=aweme_id), Post)
