"""The kinds of events both platforms have: what people say, give, like and do in a room."""

from dataclasses import dataclass
from typing import ClassVar

from f2scrapy.danmaku.messages.event import Event, User


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat(Event):
    """Someone wrote ``content``."""

    kind: ClassVar[str] = "chat"
    content: str = ""

    @property
    def text(self) -> str:
        return f"{self.nickname}: {self.content}"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmojiChat(Chat):
    """Someone sent a picture of the platform's; ``content`` is its name."""

    kind: ClassVar[str] = "emoji_chat"
    emoji_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenChat(Chat):
    """A chat shown across the picture, which few may send."""

    kind: ClassVar[str] = "screen_chat"


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift(Event):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Like(Event):
    """Someone tapped ``count`` times; ``total`` is that of the room."""

    kind: ClassVar[str] = "like"
    count: int = 0
    total: int = 0

    @property
    def text(self) -> str:
        return f"{self.nickname} liked x{self.count} (total {self.total})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(Event):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Social(Event):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A place in a ranking; ``score`` as the platform writes it."""

    rank: int = 0
    score: str = ""
    user: User | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomUserSeq(Event):
    """Who watches: ``total`` now, ``total_user`` since the start, the first of the ranking."""

    kind: ClassVar[str] = "room_user_seq"
    total: int = 0
    total_user: int = 0
    ranks: tuple[Ranked, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.total} viewers, {self.total_user} in all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fansclub(Event):
    """Someone joined the host's fan club or rose in it (``action`` 1: rose, 2: joined)."""

    kind: ClassVar[str] = "fansclub"
    action: int = 0
    content: str = ""

    @property
    def text(self) -> str:
        return self.content or f"{self.nickname}: fan club"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomNotice(Event):
    """The platform speaks to the room."""

    kind: ClassVar[str] = "room"
    content: str = ""

    @property
    def text(self) -> str:
        return self.content


@dataclass(frozen=True, slots=True, kw_only=True)
class Control(Event):
    """The room itself changed: ``status`` 1 paused, 2 goes on, 3 ended, 4 ended by the platform."""

    kind: ClassVar[str] = "control"
    status: int = 0
    tips: str = ""

    @property
    def ended(self) -> bool:
        """Nothing comes after this one."""
        return self.status in {3, 4}

    @property
    def text(self) -> str:
        words = {1: "paused", 2: "goes on", 3: "ended", 4: "ended by the platform"}
        what = f"the room {words.get(self.status, f'has status {self.status}')}"
        return f"{what}: {self.tips}" if self.tips else what
