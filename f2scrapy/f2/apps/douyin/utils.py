"""Configuration, tokens, signatures, ids, names and folders of Douyin, by F2's names."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlencode
from uuid import uuid4

from f2scrapy.errors import InputError
from f2scrapy.f2 import folders, managers
from f2scrapy.f2.arguments import warn_once
from f2scrapy.platforms.douyin.lyrics import json_to_lrc
from f2scrapy.signing import webcast
from f2scrapy.signing.tokens import make_verify_fp

_PLATFORM = "douyin"


class ClientConfManager(managers.ClientConfManager):
    """The browser profile of Douyin."""

    platform: ClassVar[str] = _PLATFORM

    webid = managers.describe_token("webid")

    @classmethod
    def wss(cls) -> dict[str, Any]:
        """Return the parameters of a room's WebSocket, {names} in place of facts."""
        return dict(cls.profile().params["webcast_socket"])


class TokenManager(managers.TokenManager):
    """Tokens of guests of Douyin."""

    platform: ClassVar[str] = _PLATFORM
    ms_token_length: ClassVar[int] = 184

    @classmethod
    def gen_webid(cls) -> str:
        """Return a guest's webid."""
        return cls.gen_token("webid")

    @classmethod
    def gen_secsdk_uid(cls) -> str:
        """Return a new x-web-secsdk-uid, a random UUID, without a request."""
        return str(uuid4())


class VerifyFpManager:
    """The browser's fingerprint id."""

    @classmethod
    def gen_verify_fp(cls) -> str:
        """Return a new verify_fp, without a request."""
        return make_verify_fp(time.time_ns() // 1_000_000, random.random)

    gen_s_v_web_id = gen_verify_fp  # the same kind of value


class WebcastSignatureManager:
    """Signed addresses of a room's WebSocket."""

    @classmethod
    def model_2_endpoint(
        cls,
        user_agent: str,  # noqa: ARG003 - it does not enter the signature
        base_endpoint: str,
        params: Mapping[str, Any],
    ) -> str:
        """Return the address with all parameters and the signature."""
        values = {name: str(value) for name, value in params.items() if name != "signature"}
        signature = webcast.sign(webcast.compute_stub(values), random.random)
        return f"{base_endpoint}?{urlencode(values | {'signature': signature}, quote_via=quote)}"


class XBogusManager(managers.BogusManager):
    """X-Bogus for Douyin."""

    platform: ClassVar[str] = _PLATFORM
    scheme: ClassVar[str] = "x_bogus"


class ABogusManager(managers.BogusManager):
    """a_bogus for Douyin."""

    platform: ClassVar[str] = _PLATFORM
    scheme: ClassVar[str] = "a_bogus"


class SecUserIdFetcher:
    """Ids of users in links; only short links are requested."""

    get_sec_user_id, get_all_sec_user_id = managers.make_fetchers(_PLATFORM, "sec_user_id")


class AwemeIdFetcher:
    """Ids of works in links."""

    get_aweme_id, get_all_aweme_id = managers.make_fetchers(_PLATFORM, "aweme_id")


class MixIdFetcher:
    """Ids of collections in links."""

    get_mix_id, get_all_mix_id = managers.make_fetchers(_PLATFORM, "mix_id")


class WebCastIdFetcher:
    """Ids of rooms in links: web_rid is the room's, room_id that of one broadcast."""

    @classmethod
    async def get_webcast_id(cls, url: str) -> str:
        """Return the web_rid; a link of the app has a room_id only: that, and a warning."""
        link = await managers.resolve_id(_PLATFORM, url, "web_rid", "room_id")
        if link.kind == "room_id":
            warn_once(f"{link.id} is a room_id: use fetch_user_live_videos_by_room_id")
        return link.id

    @classmethod
    async def get_all_webcast_id(cls, urls: list[str]) -> list[str]:
        """Return the web_rid of each."""
        return await managers.resolve_each(cls.get_webcast_id, urls)

    get_room_id, get_all_room_id = managers.make_fetchers(_PLATFORM, "room_id")


format_file_name = folders.format_file_name
rename_user_folder = folders.rename_user_folder
create_user_folder = partial(folders.create_user_folder, _PLATFORM)
create_or_rename_user_folder = partial(folders.create_or_rename_user_folder, _PLATFORM)


def json_2_lrc(data: Any) -> str:
    """Return lyrics, a list of {text, timeId in seconds}, as LRC.

    Raises:
        ProtocolError: it is no such list. (F2: KeyError, TypeError.)
    """
    return json_to_lrc(data)


def show_qrcode(qrcode_url: str, show_image: bool = False) -> str:
    """Print a link as a QR code, or write it to qrcode.svg; return the drawing, or the path.

    Raises:
        InputError: the extra `qr` is missing.
    """
    try:
        from f2scrapy import qr  # noqa: PLC0415 - an extra
    except ImportError:
        raise InputError("a QR code needs a package: pip install qrcode") from None
    if show_image:
        Path("qrcode.svg").write_bytes(qr.draw_svg(qrcode_url))
        return "qrcode.svg"
    drawing = qr.draw_text(qrcode_url)
    print(drawing)  # noqa: T201 - as F2 does
    return drawing
