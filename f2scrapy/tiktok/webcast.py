"""The way into a live room of TikTok: where its messages begin, and the WebSocket that tells them.

The socket bears no signature: im/fetch answers with a route (`wrss`) that opens it instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from f2scrapy.endpoint import Endpoint
from f2scrapy.errors import ProtocolError

_VERSION = "1.3.0"  # of the page's webcast SDK (seen in F2)


class WebcastEndpoint(Endpoint):
    """What both have in common."""

    platform: ClassVar = "tiktok"
    referer: ClassVar = "https://www.tiktok.com/"
    params: ClassVar = "webcast"


class LiveMessages(WebcastEndpoint):
    """Where the messages of a broadcast begin, as a protobuf Response with a route for the socket.

    `history_comment_cursor` is a number F2 always sends; what it means is not known.
    """

    url: ClassVar = "https://webcast.tiktok.com/webcast/im/fetch/"
    scheme: ClassVar = "web"

    device_id: str = ""
    did_rule: int = 3
    resp_content_type: str = "protobuf"
    fetch_rule: int = 1
    cursor: str = ""  # "" = from now on
    last_rtt: int = 0
    internal_ext: str = ""
    room_id: str
    history_comment_count: int = 6
    history_comment_cursor: str = "7386962392254958354"


class LiveSocket(WebcastEndpoint):
    """The messages of a broadcast as they come."""

    url: ClassVar = (
        "wss://webcast16-ws-alisg.tiktok.com/webcast/im/ws_proxy/ws_reuse_supplement/"
    )  # fmt: skip

    compress: str = "gzip"
    heartbeatDuration: int = 0  # noqa: N815 - the page calls it so
    imprp: str = ""
    room_id: str
    cursor: str
    internal_ext: str
    update_version_code: str = _VERSION
    webcast_sdk_version: str = _VERSION
    wrss: str  # given by im/fetch for this room


def messages(room_id: str, cursor: str = "", internal_ext: str = "") -> Endpoint:
    """What a room's messages begin with, or go on with; its answer is a protobuf Response."""
    return LiveMessages(room_id=room_id, cursor=cursor, internal_ext=internal_ext)


def socket(room_id: str, cursor: str, internal_ext: str, route: Mapping[str, str]) -> Endpoint:
    """The WebSocket that tells messages from `cursor` on.

    Raises:
        ProtocolError: im/fetch gave no route.
    """
    if not route.get("wrss"):
        raise ProtocolError("routeParams.wrss: expected a route, got nothing")
    return LiveSocket(room_id=room_id, cursor=cursor, internal_ext=internal_ext, wrss=route["wrss"])
