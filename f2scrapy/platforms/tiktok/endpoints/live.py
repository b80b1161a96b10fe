"""Live rooms: what is on air, who is, and where its messages begin."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, ClassVar

from pydantic import Field

from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.model.endpoint import look
from f2scrapy.platforms.tiktok import pages
from f2scrapy.platforms.tiktok.endpoints import SITE, TiktokEndpoint

WEBCAST = "https://webcast.tiktok.com/webcast"


class LiveEnter(TiktokEndpoint):
    """The live room of a user, on air or not."""

    url: ClassVar = f"{SITE}/api-live/user/room/"
    thing: ClassVar = "data"
    about: ClassVar = {"data.user.uniqueId": "unique_id"}

    source_type: int = Field(54, alias="sourceType")
    unique_id: str = Field(alias="uniqueId")

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """Somebody there is not has no name; who was never on air has one, and no room.

        Other clients are told "user_not_found", beside a code that stands in no list.
        """
        if page.get("message") == "user_not_found":
            return Refused(Outcome.DELETED, "no such user")
        refused = super().refusal(page)
        inside = page.get("data")
        if refused or not isinstance(inside, dict) or look(inside, "user.uniqueId"):
            return refused
        return Refused(Outcome.DELETED, "no such user")

    def page(self) -> str:
        return f"{SITE}/@{self.unique_id}/live"

    def from_page(self, html: str) -> Mapping[str, Any]:
        return pages.live(pages.page_data(html))


class LiveMessages(TiktokEndpoint):
    """Where the messages of a broadcast begin: what its WebSocket asks for, and those told so far.

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

    def decoded(self, body: bytes) -> Any:
        """What else comes, such as a refusal, is JSON."""
        if body[:1] in (b"{", b"[", b"<"):
            return super().decoded(body)
        told = import_module("f2scrapy.danmaku.frames").parse_response(
            body
        )  # protobuf takes a while
        return {
            "cursor": told.cursor,
            "internal_ext": told.internal_ext,
            "now": told.now,
            "route_params": dict(told.route_params),
            "messages": len(told.messages),
        }

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """The answer as a whole, which does not name its room.

        Raises:
            ProtocolError: it has no cursor.
        """
        if not page.get("cursor"):
            raise ProtocolError("cursor: expected one, got nothing")
        return [{**page, "room_id": self.room_id}]


class LiveSocket(TiktokEndpoint):
    """The messages of a broadcast as they come: a WebSocket, from where `LiveMessages` ended.

    It is not signed: `wrss`, a route parameter of that answer, is the permit.
    """

    url: ClassVar = "wss://webcast16-ws-alisg.tiktok.com/webcast/im/ws_proxy/ws_reuse_supplement/"
    params: ClassVar = "webcast_socket"
    scheme: ClassVar = ""

    room_id: str
    cursor: str
    internal_ext: str
    wrss: str


MAX_ROOMS = 50  # room_ids of one request; more were not tried (2026-11)


class RoomAlive(TiktokEndpoint):
    """Whether broadcasts are on air still: one answer for up to `MAX_ROOMS` room_ids."""

    url: ClassVar = f"{WEBCAST}/room/check_alive/"
    rows: ClassVar = "data"

    asked_from: str = Field("live", alias="from_page")
    room_id: str = Field(alias="room_ids")  # one or more, with commas between

    def rows_of(self, page: Mapping[str, Any]) -> list[Any]:
        """Return the row of each broadcast, in the order of the request.

        An answer that says nothing of a broadcast does not say that it is over: its row has only
        the id then, so that its item is a gap.

        Raises:
            ProtocolError: there is no row of any of them.
        """
        rows = super().rows_of(page)
        by_id = {str(look(row, name)): row for row in rows for name in ("room_id", "room_id_str")}
        asked = self.room_id.split(",")
        if not by_id.keys() & set(asked):
            raise ProtocolError(f"data: expected room {self.room_id}, got {len(rows)} others")
        return [by_id.get(room_id, {"room_id_str": room_id}) for room_id in asked]
