"""Live rooms: their state, and the messages of a broadcast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field

from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import get_path
from f2scrapy.platforms.tiktok import pages
from f2scrapy.platforms.tiktok.endpoints import SITE, TiktokEndpoint

WEBCAST = "https://webcast.tiktok.com/webcast"
_PUSH_HOST = re.compile(r"webcast[a-z0-9-]*(\.[a-z0-9-]+)*\.tiktok\.com", re.ASCII)


class LiveEnter(TiktokEndpoint):
    """The live room of a user, on air or not."""

    url: ClassVar = f"{SITE}/api-live/user/room/"
    item_path: ClassVar = "data"
    echo: ClassVar = {"data.user.uniqueId": "unique_id"}

    source_type: int = Field(54, alias="sourceType")
    unique_id: str = Field(alias="uniqueId")

    def find_refusal(self, answer: Mapping[str, Any]) -> Refused | None:
        """Return DELETED for an answer without the user's name.

        A user that was never on air has a name and no room. Other clients receive
        "user_not_found", beside an undocumented code.
        """
        if answer.get("message") == "user_not_found":
            return Refused(Outcome.DELETED, "no such user")
        refused = super().find_refusal(answer)
        data = answer.get("data")
        if refused or not isinstance(data, dict) or get_path(data, "user.uniqueId"):
            return refused
        return Refused(Outcome.DELETED, "no such user")

    @property
    def site_page_url(self) -> str:
        return f"{SITE}/@{self.unique_id}/live"

    def read_site_page(self, html: str) -> Mapping[str, Any]:
        return pages.parse_live(pages.read_page_data(html))


class LiveMessages(TiktokEndpoint):
    """The cursor of a broadcast's messages, which its WebSocket requires, and the latest messages.

    It answers in protobuf.
    """

    url: ClassVar = f"{WEBCAST}/im/fetch/"
    params: ClassVar = "webcast"

    did_rule: int = 3
    resp_content_type: str = "protobuf"
    fetch_rule: int = 1
    cursor: str = ""  # "" = from now on
    last_rtt: int = 0
    internal_ext: str = ""
    room_id: str
    history_comment_count: int = 6
    history_comment_cursor: str = ""

    def decode(self, body: bytes) -> Any:
        """Decode a protobuf Response; refusals and the like are JSON."""
        if body[:1] in (b"{", b"[", b"<"):
            return super().decode(body)
        frames = import_module("f2scrapy.danmaku.frames")  # protobuf is slow to import
        response = frames.parse_response(body)
        return {
            "cursor": response.cursor,
            "internal_ext": response.internal_ext,
            "now": response.now,
            "route_params": dict(response.route_params),
            "push_server": response.push_server,
            "messages": len(response.messages),
        }

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the whole answer as the only row, with `room_id`, which it lacks.

        Raises:
            ProtocolError: the answer has no cursor.
        """
        if not answer.get("cursor"):
            raise ProtocolError("cursor: expected one, got nothing")
        return [{**answer, "room_id": self.room_id}]


class LiveSocket(TiktokEndpoint):
    """The WebSocket of a broadcast's messages, from the cursor of `LiveMessages` on.

    It is not signed: a route parameter of that answer, `wrss`, authorizes it. Five maintained
    clients (TikTokLive and TikTok-Live-Connector of 2026-07, those in Java, Rust and Go) connect to
    the answer's push_server and pass on all its route parameters. `url` is the fallback.
    """

    url: ClassVar = "wss://webcast16-ws-alisg.tiktok.com/webcast/im/ws_proxy/ws_reuse_supplement/"
    params: ClassVar = "webcast_socket"
    scheme: ClassVar = ""

    room_id: str
    cursor: str
    internal_ext: str
    route: Mapping[str, str] = Field(exclude=True, repr=False)  # all route parameters
    push_server: str = Field("", exclude=True)  # "" = the answer names none

    @property
    def address(self) -> str:
        """The push server if it is a host of the platform, else `url`."""
        server = self.push_server if "://" in self.push_server else f"wss://{self.push_server}"
        try:
            parts = urlsplit(server)
        except ValueError:
            return self.url
        host = parts.hostname or ""
        if parts.scheme != "wss" or not _PUSH_HOST.fullmatch(host):
            return self.url
        path = parts.path if parts.path.strip("/") else urlsplit(self.url).path
        return f"wss://{host}{path}"

    def _dump_fields(self, *, in_body: bool) -> dict[str, Any]:
        own = super()._dump_fields(in_body=in_body)
        route = {} if in_body else {name: value for name, value in self.route.items() if value}
        return route | own


class DirectSocket(LiveSocket):
    """The WebSocket of a broadcast's messages without an answer of `LiveMessages`.

    A ttwid authorizes it. So the eleven clients of PirateTok connect (2026-10). Since 2026-09-09
    im/fetch answers clients that are no browser with 200 and 0 bytes, or 403, by reports.
    """

    url: ClassVar = "wss://webcast-ws.tiktok.com/webcast/im/ws_proxy/ws_reuse_supplement/"

    cursor: str = ""  # "" = from now on
    internal_ext: str = ""
    route: Mapping[str, str] = Field(default_factory=dict, exclude=True, repr=False)
    client_enter: int = 1
    did_rule: int = 3
    heartbeat_duration: int = 10_000  # ms
    history_comment_count: int = 6
    resp_content_type: str = "protobuf"
    update_version_code: str = "2.0.0"
    version_code: str = "180800"
    ws_direct: int = 1

    def _dump_fields(self, *, in_body: bool) -> dict[str, Any]:
        own = super()._dump_fields(in_body=in_body)
        return {name: value for name, value in own.items() if value != ""}


MAX_ROOMS = 50  # room_ids of one request; more were not tried (2026-11)


class RoomAlive(TiktokEndpoint):
    """Whether broadcasts are on air still: one answer for up to `MAX_ROOMS` room_ids."""

    url: ClassVar = f"{WEBCAST}/room/check_alive/"
    rows_path: ClassVar = "data"

    asked_from: str = Field("live", alias="from_page")
    room_id: str = Field(alias="room_ids")  # one or more, with commas between

    def read_rows(self, answer: Mapping[str, Any]) -> list[Any]:
        """Return the row of each broadcast, in the order of the request.

        An answer that says nothing of a broadcast does not say that it is over: its row has only
        the id then, so that its item is a gap.

        Raises:
            ProtocolError: there is no row of any of them.
        """
        rows = super().read_rows(answer)
        by_id = {
            str(get_path(row, name)): row for row in rows for name in ("room_id", "room_id_str")
        }
        asked = self.room_id.split(",")
        if not by_id.keys() & set(asked):
            raise ProtocolError(f"data: expected room {self.room_id}, got {len(rows)} others")
        return [by_id.get(room_id, {"room_id_str": room_id}) for room_id in asked]
