"""What people do in a room: they say, give, like, come in, follow, join."""

from typing import ClassVar

from f2scrapy.danmaku.messages.event import Event, User


class Chat(Event, frozen=True, kw_only=True):
    """Someone wrote ``content``."""

    kind: ClassVar[str] = "chat"
    content: str = ""

    @property
    def text(self) -> str:
        return f"{self.nickname}: {self.content}"


class EmojiChat(Chat, frozen=True, kw_only=True):
    """Someone sent a picture of the platform's; ``content`` is its name."""

    kind: ClassVar[str] = "emoji_chat"
    emoji_id: str = ""


class ScreenChat(Chat, frozen=True, kw_only=True):
    """A chat shown across the picture, which few may send."""

    kind: ClassVar[str] = "screen_chat"


class HotChat(Event, frozen=True, kw_only=True):
    """What ``num`` people wrote at once."""

    kind: ClassVar[str] = "hot_chat"
    title: str = ""
    content: str = ""
    num: int = 0

    @property
    def text(self) -> str:
        return f"{self.content} x{self.num}"


class Caption(Event, frozen=True, kw_only=True):
    """What the host said, as the platform heard it, in each language it offers."""

    kind: ClassVar[str] = "caption"
    duration_ms: int = 0
    captions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return " / ".join(self.captions)


class Question(Chat, frozen=True, kw_only=True):
    """Someone asked the host."""

    kind: ClassVar[str] = "question"
    question_id: int = 0


class Gift(Event, frozen=True, kw_only=True):
    """A gift, or one more step of a combo of gifts.

    A combo sends a message for each step, with the same ``group_id`` and growing
    ``repeat_count``, and one with ``repeat_end``: adding them up counts most gifts many times.
    See `f2scrapy.danmaku.gifts`. ``diamond_count`` is the price of one, in coins (抖币, TikTok
    coins); ``to_user`` is who got it, None for the host of the room.
    """

    kind: ClassVar[str] = "gift"
    gift_id: int = 0
    gift_name: str = ""
    diamond_count: int = 0
    repeat_count: int = 0
    combo_count: int = 0
    group_count: int = 0
    total_count: int = 0
    group_id: int = 0
    repeat_end: bool = False
    combo: bool = False
    to_user: User | None = None
    describe: str = ""

    @property
    def text(self) -> str:
        name = self.gift_name or f"gift {self.gift_id}"
        to = f" to {self.to_user.nickname}" if self.to_user and self.to_user.nickname else ""
        return f"{self.nickname} sent {name} x{max(self.repeat_count, 1)}{to}"


class LightGift(Event, frozen=True, kw_only=True):
    """Small gifts, many at once; Douyin does not say who gave them, so no total holds them."""

    kind: ClassVar[str] = "light_gift"
    gift_id: int = 0
    gift_name: str = ""
    diamond_count: int = 0
    count: int = 0
    to_user_id: int = 0

    @property
    def text(self) -> str:
        return f"{self.gift_name or f'gift {self.gift_id}'} x{self.count}"


class Like(Event, frozen=True, kw_only=True):
    """Someone tapped ``count`` times; ``total`` is that of the room."""

    kind: ClassVar[str] = "like"
    count: int = 0
    total: int = 0

    @property
    def text(self) -> str:
        return f"{self.nickname} liked x{self.count} (total {self.total})"


class Member(Event, frozen=True, kw_only=True):
    """Someone came in; ``member_count`` is how many are here then.

    ``action`` 1 is coming in. Nothing says that someone left: WebcastLeaveMessage, which some
    tables name (D-W8), is sent by neither platform (no recording and no definition has it, seen
    2026-11). That people left shows in ``member_count`` here and in ``RoomUserSeq.total`` only.
    """

    kind: ClassVar[str] = "member"
    member_count: int = 0
    action: int = 0

    @property
    def text(self) -> str:
        return f"{self.nickname} came in"


class Social(Event, frozen=True, kw_only=True):
    """Someone followed the host, or shared the room: ``action`` is ``"follow"`` or ``"share"``.

    What is neither is ``"action N"``. Both platforms send WebcastSocialMessage for a follow; a
    WebcastFollowMessage (D-W11) does not exist. ``follow_count`` is the host's followers after
    it, 0 where not told.
    """

    kind: ClassVar[str] = "social"
    action: str = ""
    follow_count: int = 0
    share_count: int = 0

    @property
    def text(self) -> str:
        did = {"follow": "followed the host", "share": "shared the room"}
        return f"{self.nickname} {did.get(self.action, self.action)}"


class Fansclub(Event, frozen=True, kw_only=True):
    """Someone joined the host's fan club or rose in it (``action`` 1: rose, 2: joined)."""

    kind: ClassVar[str] = "fansclub"
    action: int = 0
    content: str = ""

    @property
    def text(self) -> str:
        return self.content or f"{self.nickname}: fan club"


class EcomFansclub(Event, frozen=True, kw_only=True):
    """Someone joined the fan club of the host's shop or rose in it."""

    kind: ClassVar[str] = "ecom_fansclub"
    action: int = 0
    user_id: int = 0
    level: int = 0

    @property
    def text(self) -> str:
        return f"user {self.user_id} has level {self.level} in the shop's fan club"


class Subscription(Event, frozen=True, kw_only=True):
    """Someone subscribed to the host, for the ``sub_month``-th month."""

    kind: ClassVar[str] = "subscription"
    sub_month: int = 0

    @property
    def text(self) -> str:
        return f"{self.nickname} subscribed, month {self.sub_month}"


class Guest(Event, frozen=True, kw_only=True):
    """Someone without an account came in, or went (``action``)."""

    kind: ClassVar[str] = "guest"
    action: int = 0

    @property
    def text(self) -> str:
        return f"{self.nickname} came in as a guest"
