"""Define the events of the room itself: viewers, rankings, goals, polls, notices, its end."""

from typing import ClassVar

from msgspec import Struct, field

from f2scrapy.danmaku.messages.event import Event, User


class Ranked(Struct, frozen=True, kw_only=True):
    """A place in a ranking; ``score`` is the platform's text."""

    rank: int = 0
    score: str = ""
    user: User | None = None


class RoomUserSeq(Event, frozen=True, kw_only=True):
    """The viewers: ``total`` now, ``total_user`` since the start, and the top of the ranking."""

    kind: ClassVar[str] = "room_user_seq"
    total: int = 0
    total_user: int = 0
    ranks: tuple[Ranked, ...] = ()

    @property
    def text(self) -> str:
        return f"{self.total} viewers, {self.total_user} in all"


class RoomNotice(Event, frozen=True, kw_only=True):
    """A notice of the platform to the room."""

    kind: ClassVar[str] = "room"
    content: str = ""

    @property
    def text(self) -> str:
        return self.content


class Control(Event, frozen=True, kw_only=True):
    """The state of the room: ``status`` 1 paused, 2 resumed, 3 ended, 4 ended by the platform."""

    kind: ClassVar[str] = "control"
    status: int = 0
    tips: str = ""

    @property
    def ended(self) -> bool:
        """True if this is the last event of the room."""
        return self.status in {3, 4}

    @property
    def text(self) -> str:
        words = {1: "paused", 2: "goes on", 3: "ended", 4: "ended by the platform"}
        what = f"the room {words.get(self.status, f'has status {self.status}')}"
        return f"{what}: {self.tips}" if self.tips else what


class RoomStats(Event, frozen=True, kw_only=True):
    """The number of viewers: ``total``, and the texts that the page shows."""

    kind: ClassVar[str] = "room_stats"
    display_short: str = ""
    display_long: str = ""
    display_value: int = 0
    total: int = 0

    @property
    def text(self) -> str:
        return self.display_long or f"{self.total} viewers"


class RoomRank(Event, frozen=True, kw_only=True):
    """The users who gave most, the first one first."""

    kind: ClassVar[str] = "room_rank"
    ranks: tuple[Ranked, ...] = ()

    @property
    def text(self) -> str:
        names = (place.user.nickname for place in self.ranks if place.user)
        return f"ranking: {', '.join(names)}"


class RanklistHour(Event, frozen=True, kw_only=True):
    """The room's place in rankings of the platform, as lines of text."""

    kind: ClassVar[str] = "ranklist_hour"
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "; ".join(self.lines) or "ranking of the hour"


class FanTicket(Event, frozen=True, kw_only=True):
    """The value of the gifts of the room, in fan tickets (音浪)."""

    kind: ClassVar[str] = "fan_ticket"
    room_fan_ticket_count: int = 0
    room_fan_ticket_count_text: str = ""

    @property
    def text(self) -> str:
        return f"fan tickets: {self.room_fan_ticket_count_text or self.room_fan_ticket_count}"


class HotRoom(Event, frozen=True, kw_only=True):
    """The room is hot; ``bit_map`` is the platform's code for the reason."""

    kind: ClassVar[str] = "hot_room"
    bit_map: int = 0


class StreamAdaptation(Event, frozen=True, kw_only=True):
    """The way to crop the picture for a screen."""

    kind: ClassVar[str] = "stream_adaptation"
    adaptation_type: int = 0
    adaptation_height_ratio: float = 0.0
    adaptation_body_center_ratio: float = 0.0


class NotifyEffect(Event, frozen=True, kw_only=True):
    """A line across the picture, mostly about a big gift."""

    kind: ClassVar[str] = "notify_effect"
    content: str = ""

    @property
    def text(self) -> str:
        return self.content or self.kind


class CommonText(Event, frozen=True, kw_only=True):
    """A line of text of the platform, for ``scene``."""

    kind: ClassVar[str] = "common_text"
    scene: str = ""
    content: str = ""

    @property
    def text(self) -> str:
        return self.content or self.scene


class Banner(Event, frozen=True, kw_only=True):
    """A banner over the picture; ``extra`` is its original JSON."""

    kind: ClassVar[str] = "banner"
    extra: str = ""
    position: int = 0


class DataSync(Event, frozen=True, kw_only=True):
    """State the page keeps, under ``sync_key``; ``payload`` is not understood."""

    kind: ClassVar[str] = "data_sync"
    sync_key: str = ""
    version: int = 0
    payload: bytes = b""

    @property
    def text(self) -> str:
        return self.sync_key


class GiftSort(Event, frozen=True, kw_only=True):
    """The order of gifts in the panel changed."""

    kind: ClassVar[str] = "gift_sort"
    message_type: int = 0


class Barrage(Event, frozen=True, kw_only=True):
    """A line that runs over the picture: a user of rank entered, or gained a level."""

    kind: ClassVar[str] = "barrage"
    msg_type: int = 0
    content: str = ""
    duration: int = 0  # ms

    @property
    def text(self) -> str:
        return f"{self.nickname} {self.content}".strip()


class Goal(Event, frozen=True, kw_only=True):
    """The progress of a goal of the room; ``contributor`` is the last user who helped."""

    kind: ClassVar[str] = "goal"
    description: str = ""
    progress: int = 0
    target: int = 0
    contributor: str = ""

    @property
    def text(self) -> str:
        return f"goal {self.description}: {self.progress} of {self.target}"


class Poll(Event, frozen=True, kw_only=True):
    """A poll began, continues or ended (``message_type`` 0, 2, 1); votes by option."""

    kind: ClassVar[str] = "poll"
    poll_id: int = 0
    message_type: int = 0
    votes: dict[str, int] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return ", ".join(f"{option}: {votes}" for option, votes in self.votes.items())


class Envelope(Event, frozen=True, kw_only=True):
    """A treasure box of ``diamond_count`` coins for ``people_count`` people."""

    kind: ClassVar[str] = "envelope"
    envelope_id: str = ""
    sender: str = ""
    diamond_count: int = 0
    people_count: int = 0
    unpack_at: int = 0  # s since 1970

    @property
    def text(self) -> str:
        return f"{self.sender}: a box of {self.diamond_count} for {self.people_count}"


class Pin(Event, frozen=True, kw_only=True):
    """The host pinned a message to the top; ``content`` is its text."""

    kind: ClassVar[str] = "pin"
    pin_id: int = 0
    pinned_method: str = ""
    content: str = ""

    @property
    def text(self) -> str:
        return f"pinned: {self.content}"


class Delete(Event, frozen=True, kw_only=True):
    """Messages, or all messages of some users, were deleted."""

    kind: ClassVar[str] = "delete"
    delete_msg_ids: tuple[int, ...] = ()
    delete_user_ids: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        return f"deleted: {len(self.delete_msg_ids)} messages, {len(self.delete_user_ids)} users"


class Intro(Event, frozen=True, kw_only=True):
    """The host's description of the room."""

    kind: ClassVar[str] = "intro"
    content: str = ""

    @property
    def text(self) -> str:
        return self.content


class Detect(Event, frozen=True, kw_only=True):
    """A probe by which the platform measures the delivery of its messages."""

    kind: ClassVar[str] = "detect"
    detect_type: int = 0
    from_region: str = ""
