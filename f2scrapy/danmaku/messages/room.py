"""Define the events of the room itself: viewers, rankings, goals, polls, notices, its end."""

from typing import ClassVar

from msgspec import Struct, field

from f2scrapy.danmaku.messages.event import Event, User


class Ranked(Struct, frozen=True, kw_only=True):
    """A place in a ranking: ``score`` as the platform shows it, ``exact_score`` in full."""

    rank: int = 0
    score: str = ""
    exact_score: str = ""
    delta: int = 0
    user: User | None = None


class RoomUserSeq(Event, frozen=True, kw_only=True):
    """The viewers: ``total`` now, ``total_user`` since the start, and the top of the ranking."""

    kind: ClassVar[str] = "room_user_seq"
    total: int = 0
    total_user: int = 0
    ranks: tuple[Ranked, ...] = ()
    seats: tuple[Ranked, ...] = ()
    popularity: int = 0
    pop_str: str = ""

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
    display_middle: str = ""
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
    seats: tuple[Ranked, ...] = ()

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
    action_type: int = 0


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
    """A line that runs over the picture: a user of rank entered, gained a level, or joined.

    ``key`` is the platform's name of the sentence in ``content``, ``sub_type`` what happened: for a
    Super Fan ttlive_superFan_… and BecomingSuperFanLv10.
    """

    kind: ClassVar[str] = "barrage"
    msg_type: int = 0
    content: str = ""
    duration: int = 0  # ms
    key: str = ""
    sub_type: str = ""
    scene: str = ""

    @property
    def is_super_fan(self) -> bool:
        """True if the user became a Super Fan, or entered as one."""
        return "superfan" in f"{self.key} {self.sub_type}".lower()

    @property
    def text(self) -> str:
        has_name = self.nickname and self.nickname in self.content
        return self.content if has_name else f"{self.nickname} {self.content}".strip()


class Helper(Struct, frozen=True, kw_only=True):
    """A user who helped to reach a goal, by ``score``."""

    user_id: str = ""
    unique_id: str = ""
    score: int = 0
    avatar: str = ""


class SubGoal(Struct, frozen=True, kw_only=True):
    """A part of a goal; ``gift_name`` is the gift to give, ``""`` if it is none."""

    sub_goal_id: int = 0
    progress: int = 0
    target: int = 0
    gift_name: str = ""


class Goal(Event, frozen=True, kw_only=True):
    """The progress of a goal of the room; ``contributor`` is the last user who helped.

    ``contributors`` are the users who helped most. Times are in s since 1970.
    """

    kind: ClassVar[str] = "goal"
    goal_id: int = 0
    description: str = ""
    progress: int = 0
    target: int = 0
    contributor: str = ""
    contributor_id: int = 0
    contribute_count: int = 0
    contribute_score: int = 0
    contributors: tuple[Helper, ...] = ()
    sub_goals: tuple[SubGoal, ...] = ()
    start_time: int = 0
    expire_time: int = 0

    @property
    def text(self) -> str:
        return f"goal {self.description}: {self.progress} of {self.target}"


class PollOption(Struct, frozen=True, kw_only=True):
    """An option of a poll, with some of the users who chose it."""

    index: int = 0
    content: str = ""
    votes: int = 0
    voters: tuple[User, ...] = ()


class Poll(Event, frozen=True, kw_only=True):
    """A poll began, continues or ended (``message_type`` 0, 2, 1); votes by option.

    ``options`` has the options one by one, also two of one text. The user is the one who asks.
    """

    kind: ClassVar[str] = "poll"
    poll_id: int = 0
    message_type: int = 0
    title: str = ""
    votes: dict[str, int] = field(default_factory=dict)
    options: tuple[PollOption, ...] = ()
    voter_count: int = 0
    start_time: int = 0  # ms since 1970
    end_time: int = 0  # ms since 1970

    @property
    def text(self) -> str:
        return ", ".join(f"{option}: {votes}" for option, votes in self.votes.items())


SUPER_FAN_BOX = 19  # business_type


class Envelope(Event, frozen=True, kw_only=True):
    """A treasure box of ``diamond_count`` coins for ``people_count`` people, sent by the user.

    ``business_type`` 19 is a Super Fan box, 1 a box of a user.
    """

    kind: ClassVar[str] = "envelope"
    business_type: int = 0
    envelope_id: str = ""
    sender: str = ""
    diamond_count: int = 0
    people_count: int = 0
    unpack_at: int = 0  # s since 1970
    super_fan_count: int = 0

    @property
    def is_super_fan_box(self) -> bool:
        return self.business_type == SUPER_FAN_BOX

    @property
    def text(self) -> str:
        if self.is_super_fan_box:
            return f"{self.sender}: a Super Fan box for {self.people_count}"
        return f"{self.sender}: a box of {self.diamond_count} for {self.people_count}"


class Pin(Event, frozen=True, kw_only=True):
    """The user pinned a message to the top, or removed it (``action`` 1, 2).

    ``content`` is the text of the message, ``pinned_user`` its writer, ``pinned_msg_id`` its id.
    """

    kind: ClassVar[str] = "pin"
    pin_id: int = 0
    action: int = 0
    pinned_method: str = ""
    content: str = ""
    pinned_user: User | None = None
    pinned_msg_id: int = 0
    pin_time: int = 0  # as the platform states it, in s or ms since 1970
    display_duration: int = 0

    @property
    def text(self) -> str:
        writer = self.pinned_user.nickname if self.pinned_user else ""
        did = "pin removed" if self.action == _REMOVED else "pinned"
        return f"{did}: {f'{writer}: ' if writer else ''}{self.content}"


_REMOVED = 2  # an action


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
