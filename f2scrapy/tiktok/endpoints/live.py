"""Live rooms: what is on air, who is, and where its messages begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import Field

from f2scrapy.endpoint import look
from f2scrapy.errors import Outcome, ProtocolError, Refused
from f2scrapy.tiktok import pages
from f2scrapy.tiktok.endpoints import SITE, TiktokEndpoint

WEBCAST = "https://webcast.tiktok.com/webcast"


class LiveEnter(TiktokEndpoint):
    """The live room of a user, on air or not."""

    url: ClassVar = f"{SITE}/api-live/user/room/"
    thing: ClassVar = "data"

    source_type: int = Field(54, alias="sourceType")
    unique_id: str = Field(alias="uniqueId")

    def refusal(self, page: Mapping[str, Any]) -> Refused | None:
        """Somebody who was never on air has no room."""
        refused = super().refusal(page)
        inside = page.get("data")
        if refused or not isinstance(inside, dict) or look(inside, "user.roomId"):
            return refused
        return Refused(Outcome.DELETED, "no such room: its user was never on air")

    def page(self) -> str:
        return f"{SITE}/@{self.unique_id}/live"

    def from_page(self, html: str) -> Mapping[str, Any]:
        answer = pages.live(pages.page_data(html))
        shown = str(look(answer, "data.user.uniqueId") or "")
        if self.refusal(answer) is None and shown.lower() != self.unique_id.lower():
            raise ProtocolError("the page shows another room")
        return answer


class RoomsOnAir(TiktokEndpoint):
    """Whether broadcasts are on air still, several at once."""

    url: ClassVar = f"{WEBCAST}/room/check_alive/"
    rows: ClassVar = "data"

    asked_from: str = Field("live", alias="from_page")
    room_ids: str  # joined by commas
