"""Define the events on stage: guests, battles of hosts, teams, and the score of a match."""

from typing import ClassVar

from msgspec import Struct, field

from f2scrapy.danmaku.messages.event import Event, User


class Army(Struct, frozen=True, kw_only=True):
    """The gifts of one user to one host in a battle, as ``score``."""

    host_id: str = ""
    user_id: str = ""
    nickname: str = ""
    score: int = 0


class Team(Struct, frozen=True, kw_only=True):
    """A team of hosts: ``scores`` by user id; ``result`` is won, lost, draw or "" if not known."""

    team_id: int = 0
    score: int = 0
    result: str = ""
    scores: dict[str, int] = field(default_factory=dict)


class Link(Event, frozen=True, kw_only=True):
    """Guests, or the hosts of two rooms, connect; ``message_type`` is the step."""

    kind: ClassVar[str] = "link"
    message_type: int = 0
    linker_id: int = 0
    scene: int = 0


class LinkMic(Event, frozen=True, kw_only=True):
    """A step of a link between hosts, or of their battle, with scores by user id."""

    kind: ClassVar[str] = "link_mic"
    message_type: int = 0
    channel_id: int = 0
    user_id: int = 0
    fan_ticket: int = 0
    total_linkmic_fan_ticket: int = 0
    scores: dict[str, int] = field(default_factory=dict)
    theme: str = ""
    start_time: int = 0
    duration: int = 0  # s
    match_type: int = 0
    win: bool = False
    to_user_id: int = 0
    from_user_id: int = 0
    tips: str = ""


class UserFanTicket(Event, frozen=True, kw_only=True):
    """The value of the gifts of one user on stage; TikTok sends it without a header."""

    kind: ClassVar[str] = "user_fan_ticket"
    user_id: int = 0
    fan_ticket: int = 0
    match_total_score: int = 0
    match_rank: int = 0

    @property
    def text(self) -> str:
        return f"user {self.user_id}: {self.fan_ticket}"


class Armies(Event, frozen=True, kw_only=True):
    """The scores of the hosts of a battle, by user id, and their givers.

    ``armies`` has the givers one by one. ``givers`` has their scores by the host's id and by name;
    a second user of the same name has the id behind it. ``from_user_id``, ``gift_id``,
    ``gift_count`` and ``total_diamond_count`` are of the gift that changed the score. Douyin sends
    the givers only.
    """

    kind: ClassVar[str] = "armies"
    battle_id: int = 0
    scores: dict[str, int] = field(default_factory=dict)
    givers: dict[str, dict[str, int]] = field(default_factory=dict)
    armies: tuple[Army, ...] = ()
    teams: tuple[Team, ...] = ()
    display_title: str = ""
    from_user_id: int = 0
    gift_id: int = 0
    gift_count: int = 0
    total_diamond_count: int = 0

    @property
    def text(self) -> str:
        return f"{self.kind} {' : '.join(str(score) for score in self.scores.values())}".rstrip()


class Battle(Event, frozen=True, kw_only=True):
    """A battle of hosts begins, continues or ends; scores and results by user id.

    A result is won, lost or draw. ``givers`` and ``armies`` are as in `Armies`; times are in ms
    since 1970, 0 if they are not known.
    """

    kind: ClassVar[str] = "battle"
    battle_id: int = 0
    action: int = 0
    duration: int = 0  # s
    scores: dict[str, int] = field(default_factory=dict)
    results: dict[str, str] = field(default_factory=dict)
    hosts: tuple[User, ...] = ()
    givers: dict[str, dict[str, int]] = field(default_factory=dict)
    armies: tuple[Army, ...] = ()
    teams: tuple[Team, ...] = ()
    start_time_ms: int = 0
    end_time_ms: int = 0

    @property
    def text(self) -> str:
        return f"{self.kind} {' : '.join(str(score) for score in self.scores.values())}".rstrip()


class TeamTask(Event, frozen=True, kw_only=True):
    """A task for a team in a battle; ``content`` is its original JSON."""

    kind: ClassVar[str] = "team_task"
    battle_id: str = ""
    trigger_user_id: str = ""
    battle_type: int = 0
    content: str = ""


class Contribute(Event, frozen=True, kw_only=True):
    """The value of the gifts of a guest on stage."""

    kind: ClassVar[str] = "linker_contribute"
    user_id: int = 0
    total_score: int = 0
    total_score_str: str = ""
    total_score_real_str: str = ""
    scene: int = 0

    @property
    def text(self) -> str:
        return f"user {self.user_id}: {self.total_score_str or self.total_score}"


class InteractionScore(Event, frozen=True, kw_only=True):
    """The state of a game that counts gifts."""

    kind: ClassVar[str] = "interaction_score"
    interaction_score_status: int = 0
    channel_id: int = 0
    start_time: int = 0


class MatchScore(Event, frozen=True, kw_only=True):
    """The score of the match the room shows."""

    kind: ClassVar[str] = "match_score"
    left_name: str = ""
    left_goal: str = ""
    right_name: str = ""
    right_goal: str = ""
    match_status: int = 0
    display_status: int = 0
    match_id: int = 0

    @property
    def text(self) -> str:
        return f"{self.left_name} {self.left_goal} : {self.right_goal} {self.right_name}"
