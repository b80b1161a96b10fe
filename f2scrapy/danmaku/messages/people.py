"""Define the events of users: they write, give, like, enter, follow, join."""

from typing import ClassVar

from msgspec import Struct

from f2scrapy.danmaku.messages.event import Event, User


class Emote(Struct, frozen=True, kw_only=True):
    """A picture in a chat: ``index`` is its place in the text, ``url`` its address."""

    index: int = 0
    emote_id: str = ""
    url: str = ""


class Chat(Event, frozen=True, kw_only=True):
    """Someone wrote ``content``.

    ``emotes``, ``mentions`` (users), ``content_language`` and ``identity`` come from TikTok alone.
    ``identity`` is the user's relation to the host, in words: ``anchor``, ``moderator``,
    ``subscriber``, ``friend``, ``follower``, ``gift_giver``.
    """

    kind: ClassVar[str] = "chat"
    content: str = ""
    content_language: str = ""
    emotes: tuple[Emote, ...] = ()
    mentions: tuple[User, ...] = ()
    identity: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.nickname}: {self.content}"


class EmojiChat(Chat, frozen=True, kw_only=True):
    """Someone sent an emoji of the platform; ``content`` is its name."""

    kind: ClassVar[str] = "emoji_chat"
    emoji_id: str = ""


class AudioChat(Chat, frozen=True, kw_only=True):
    """Someone spoke: ``content`` is the transcript, ``audio_duration`` is in seconds."""

    kind: ClassVar[str] = "audio_chat"
    audio_url: str = ""
    audio_duration: int = 0


class ScreenChat(Chat, frozen=True, kw_only=True):
    """A chat shown across the picture, which few users may send."""

    kind: ClassVar[str] = "screen_chat"


class HotChat(Event, frozen=True, kw_only=True):
    """A text that ``num`` users wrote at once."""

    kind: ClassVar[str] = "hot_chat"
    title: str = ""
    content: str = ""
    num: int = 0
    duration: int = 0

    @property
    def text(self) -> str:
        return f"{self.content} x{self.num}"


class Caption(Event, frozen=True, kw_only=True):
    """The speech of the host, transcribed by the platform, in each language it offers."""

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
    ``repeat_count``, and one with ``repeat_end``: their sum counts most gifts many times.
    See `f2scrapy.danmaku.gifts`. ``diamond_count`` is the price of one, in coins (抖币, TikTok
    coins); ``to_user`` is the receiver, None for the host of the room.
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
    fan_ticket_count: int = 0
    room_fan_ticket_count: int = 0
    send_type: int = 0

    @property
    def amount(self) -> int:
        """The number of gifts so far: ``repeat_count`` has the groups of a combo multiplied in."""
        return max(self.repeat_count or self.group_count * self.combo_count, 1)

    @property
    def is_last(self) -> bool:
        """True if no message of the same combo has to follow. Many combos end without one."""
        return self.repeat_end or not self.combo

    @property
    def text(self) -> str:
        name = self.gift_name or f"gift {self.gift_id}"
        to = f" to {self.to_user.nickname}" if self.to_user and self.to_user.nickname else ""
        return f"{self.nickname} sent {name} x{self.amount}{to}"


class LightGift(Event, frozen=True, kw_only=True):
    """Small gifts, many at once; Douyin does not name the giver, so no total includes them."""

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
    """Someone tapped ``count`` times; ``total`` is the number of taps in the room."""

    kind: ClassVar[str] = "like"
    count: int = 0
    total: int = 0

    @property
    def text(self) -> str:
        return f"{self.nickname} liked x{self.count} (total {self.total})"


class Member(Event, frozen=True, kw_only=True):
    """Someone entered; ``member_count`` is the number of viewers after it.

    ``action`` 1 means enter. No message reports that someone left: neither platform sends
    WebcastLeaveMessage, which some tables name (D-W8; no recording and no definition has it,
    checked 2026-11). Only ``member_count`` and ``RoomUserSeq.total`` show that users left.
    """

    kind: ClassVar[str] = "member"
    member_count: int = 0
    action: int = 0

    @property
    def text(self) -> str:
        return f"{self.nickname} came in"


class Social(Event, frozen=True, kw_only=True):
    """Someone followed the host, or shared the room: ``action`` is ``"follow"`` or ``"share"``.

    Any other action is ``"action N"``. Both platforms send WebcastSocialMessage for a follow; a
    WebcastFollowMessage (D-W11) does not exist. ``follow_count`` is the number of the host's
    followers after it, 0 if the message has none.
    """

    kind: ClassVar[str] = "social"
    action: str = ""
    follow_count: int = 0
    share_count: int = 0
    share_type: int = 0
    share_target: str = ""

    @property
    def text(self) -> str:
        did = {"follow": "followed the host", "share": "shared the room"}
        return f"{self.nickname} {did.get(self.action, self.action)}"


class Fansclub(Event, frozen=True, kw_only=True):
    """Someone joined the host's fan club (``action`` 2) or gained a level in it (1)."""

    kind: ClassVar[str] = "fansclub"
    action: int = 0
    content: str = ""

    @property
    def text(self) -> str:
        return self.content or f"{self.nickname}: fan club"


class EcomFansclub(Event, frozen=True, kw_only=True):
    """Someone joined the fan club of the host's shop or gained a level in it."""

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
    """Someone without an account entered, or left (``action``)."""

    kind: ClassVar[str] = "guest"
    action: int = 0

    @property
    def text(self) -> str:
        return f"{self.nickname} came in as a guest"
