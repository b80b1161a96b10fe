"""Define the events of the shop and of draws."""

from typing import ClassVar

from f2scrapy.danmaku.messages.event import Event, Other


class LiveShopping(Event, frozen=True, kw_only=True):
    """A product was shown, changed or sold out (``msg_type``)."""

    kind: ClassVar[str] = "live_shopping"
    msg_type: int = 0
    promotion_id: int = 0
    title: str = ""
    price: str = ""  # as the platform writes it; on Douyin in 0.01 CNY
    sold_out: bool = False
    update_type: int = 0
    promotions_num: int = 0
    ecom_notice: str = ""
    update_toast: str = ""

    @property
    def text(self) -> str:
        return f"product {self.title or self.promotion_id} {self.price}".rstrip()


class ProductChange(Event, frozen=True, kw_only=True):
    """The list of products changed; ``total`` is its length."""

    kind: ClassVar[str] = "product_change"
    update_toast: str = ""
    total: int = 0
    update_timestamp: int = 0
    promotion_ids: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return self.update_toast or f"{len(self.promotion_ids)} products changed"


class LiveEcom(Event, frozen=True, kw_only=True):
    """Data for the page of the shop; ``data`` is not understood."""

    kind: ClassVar[str] = "live_ecom"
    content_type: str = ""
    content_format: str = ""
    logic_clock: int = 0
    target_room_id: int = 0
    data: bytes = b""

    @property
    def text(self) -> str:
        return self.content_type


class Lottery(Other, frozen=True, kw_only=True):
    """A draw in the room; only the header is understood: the rest is unpublished (2026-11)."""

    kind: ClassVar[str] = "lottery"
